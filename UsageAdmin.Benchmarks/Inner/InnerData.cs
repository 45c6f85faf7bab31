using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using UsageAdmin.Activity;
using UsageAdmin.Data;
using UsageAdmin.Data.RollUps;
using UsageAdmin.Data.Sqlite;
using UsageAdmin.Exports;
using UsageAdmin.Organizations;

namespace UsageAdmin.Benchmarks.Inner;

/// <summary>A month of 10,000 generated conversations, its days packed, in a directory below the temporary one.</summary>
internal static class InnerData
{
    /// <summary>Messages that are read or written at a time.</summary>
    public const int Messages = 10_000;

    private static readonly BenchmarkOptions Options = new(10_000, 0, Path.Combine(Path.GetTempPath(), "usageadmin-benchmark-inner"));
    private static readonly DateRange Days = new(new(2026, 1, 1), new(2026, 1, 31));
    private static readonly DataDirectory Directory = new(
        new ConfigurationBuilder().AddInMemoryCollection([new(DataDirectory.Setting, Options.Data)]).Build());

    public static UsageDatabase Database { get; } = new SqliteDatabase(Directory);

    /// <summary>Made on first use, used as it is afterwards.</summary>
    public static async Task FillAsync()
    {
        await BenchmarkData.FillAsync(Options, $"{Days.From:yyyy-MM-dd}", $"{Days.To:yyyy-MM-dd}");
        while (UsageDays.Pack(Database, DateTime.UtcNow, DateTime.UtcNow, 31) > 0)
        {
        }
    }

    /// <summary>All of the month.</summary>
    public static ActivitySelection Select(UsageSession session)
    {
        using var db = Database.CreateContext();
        return ActivitySelection.Resolve(
            session, ActivityScope.Of(db.Organizations.AsNoTracking().Single(), db.Workspaces.AsNoTracking().Single()),
            ActivityFilter.Empty with { Days = Days }, Days, new Pseudonyms(Directory), out _);
    }
}
