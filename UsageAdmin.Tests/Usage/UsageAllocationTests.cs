using UsageAdmin.Data.Schema;
using UsageAdmin.Exports;
using UsageAdmin.Ingest.Generator;
using UsageAdmin.Organizations;
using UsageAdmin.Tests.Support;
using UsageAdmin.Usage;

namespace UsageAdmin.Tests.Usage;

[Collection(Allocations.Name)]
public sealed class UsageAllocationTests
{
    private static readonly TimeZoneInfo Berlin = TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin");
    private static readonly DateRange March = new(new(2026, 3, 1), new(2026, 3, 31));
    private static readonly GenerateOptions Few = new(Conversations: 1_000, Seed: 1, March.From, March.To, Berlin) { Users = 1_000 };

    /// <summary>Nearly all of them are silent. The bound is twice what was measured.</summary>
    [Fact]
    public async Task A_further_user_takes_little_memory()
    {
        var few = await AllocatedAsync(Few);
        var many = await AllocatedAsync(Few with { Users = 3_000 });

        Assert.InRange((many - few) / 2_000, 0, 4_500);
    }

    private static async Task<long> AllocatedAsync(GenerateOptions options)
    {
        TestEngine.SkipUnlessSqlite();
        await using var database = await TestDatabase.CreateAsync();
        await database.ImportAsync([.. new ActivityGenerator(options).Items()]);
        var asked = new UsageAsked(database, new DateTime(2026, 5, 2, 12, 0, 0, DateTimeKind.Utc));
        var export = new UsageExport(asked.Query).Prepare(
            asked.Scope, new UsageRequest(UsageDataType.Users, UsagePeriod.Of(March, Berlin)), "csv",
            ExportOrigin.Browser, Actor.Command, out _);
        return Allocations.Of(() => export!.Write(Stream.Null, TestContext.Current.CancellationToken));
    }
}
