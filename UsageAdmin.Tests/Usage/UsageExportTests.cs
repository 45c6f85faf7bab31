using UsageAdmin.Data.RollUps;
using UsageAdmin.Exports;
using UsageAdmin.Tests.Exports.Tables;
using UsageAdmin.Tests.Support;
using UsageAdmin.Usage;

namespace UsageAdmin.Tests.Usage;

public sealed class UsageExportTests
{
    private static readonly DateTime Now = new(2026, 5, 2, 12, 0, 0, DateTimeKind.Utc);

    /// <summary>Everything has come to rest.</summary>
    private static readonly DateTime Later = new(2100, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    /// <summary>Whole days of several zones, and ends within a quarter-hour.</summary>
    public static TheoryData<int, string, string, string> Periods => new()
    {
        { 1, "2026-03-01T00:00:00", "2026-04-01T00:00:00", "UTC" },
        { 2, "2026-03-01T00:00:00", "2026-04-01T00:00:00", "Asia/Kathmandu" },
        { 3, "2026-02-01T00:00:00", "2026-05-01T00:00:00", "America/New_York" },
        { 4, "2026-03-01T00:07:13.250", "2026-03-31T23:51:01", "UTC" },
        { 5, "2026-02-28T23:10:00", "2026-03-01T00:40:59", "UTC" },
        { 6, "2026-03-01T00:01:00", "2026-03-01T00:13:00", "UTC" },
    };

    [Theory]
    [MemberData(nameof(Periods))]
    public async Task Every_row_is_what_the_messages_say(int seed, string from, string to, string zone)
    {
        await using var database = await TestDatabase.CreateAsync();
        await RandomUsage.FillAsync(database, seed);

        AssertRowsUnpackedAndPacked(database, PeriodOf(from, to, zone));
    }

    /// <summary>People are counted in blocks of several hundred; so few assistants have places, many do not.</summary>
    [Fact]
    public async Task People_far_apart_and_many_assistants_are_counted_as_well()
    {
        await using var database = await TestDatabase.CreateAsync();
        await RandomUsage.FillAsync(database, 12, strangers: 120);

        AssertRowsUnpackedAndPacked(database, PeriodOf("2026-03-01T00:00:00", "2026-04-01T00:00:00", "UTC"));
    }

    [Fact]
    public async Task A_period_is_the_sum_of_its_parts()
    {
        await using var database = await TestDatabase.CreateAsync();
        await RandomUsage.FillAsync(database, 7);
        var asked = new UsageAsked(database, Now);
        string[] edges = ["2026-03-01T00:00:00", "2026-03-09T11:07:03.5", "2026-03-09T11:08:00", "2026-04-01T00:00:00"];

        var parts = edges.Zip(edges.Skip(1), (from, to) => Sums(PeriodOf(from, to, "UTC"))).ToList();

        Assert.Equal(
            Sums(PeriodOf(edges[0], edges[^1], "UTC")).OrderBy(s => s.Key),
            parts.SelectMany(p => p).GroupBy(p => p.Key, (key, p) => KeyValuePair.Create(key, p.Sum(s => s.Value))).OrderBy(s => s.Key));
        Assert.All(parts, part => Assert.True(part["messages_total"] >= 0));

        Dictionary<string, long> Sums(UsagePeriod period) => new[]
        {
            "messages_total", "messages_chat", "messages_assistants", "messages_projects", "action_messages", "sum_prompt_tokens",
        }.ToDictionary(
            column => column, column => asked.Rows(new UsageRequest(UsageDataType.Users, period)).Sum(row => long.Parse(row[column], null)));
    }

    [Fact]
    public async Task The_number_of_events_is_that_of_messages_runs_and_lone_requests()
    {
        await using var database = await TestDatabase.CreateAsync();
        await RandomUsage.FillAsync(database, 8);
        var asked = new UsageAsked(database, Now);

        foreach (var period in Periods.Select(p => PeriodOf(p.Data.Item2, p.Data.Item3, p.Data.Item4)))
        {
            var counted = await asked.Query.CountAsync(
                asked.Scope, new UsageRequest(UsageDataType.Users, period), TestContext.Current.CancellationToken);

            Assert.Equal(counted.Figures.Events, asked.Query.CountEvents(asked.Scope, period, TestContext.Current.CancellationToken));
        }
    }

    [Fact]
    public async Task A_period_in_which_nothing_happened_has_a_header_and_no_rows()
    {
        await using var database = await TestDatabase.CreateAsync();
        await RandomUsage.FillAsync(database, 9);
        var asked = new UsageAsked(database, Now);

        foreach (var type in UsageDataTypes.All)
        {
            var lines = CsvReader.Read(asked.Csv(new UsageRequest(type, PeriodOf("2026-05-01T00:00:00", "2026-05-02T00:00:00", "UTC"))));

            Assert.Equal(UsageColumns.Of(asked.Scope, type, isExtended: false).Select(c => c.Name), Assert.Single(lines));
        }
    }

    [Fact]
    public async Task The_same_question_gives_the_same_bytes()
    {
        await using var database = await TestDatabase.CreateAsync();
        await RandomUsage.FillAsync(database, 10);
        var period = PeriodOf("2026-03-01T00:00:00", "2026-04-01T00:00:00", "UTC");

        foreach (var format in UsageExport.Formats)
        {
            Assert.All(UsageDataTypes.All, type => Assert.Equal(
                new UsageAsked(database, Now).Bytes(new UsageRequest(type, period, IsExtended: true), format),
                new UsageAsked(database, Now.AddMinutes(7)).Bytes(new UsageRequest(type, period, IsExtended: true), format)));
        }
    }

    private static UsagePeriod PeriodOf(string from, string to, string zone)
    {
        var (start, end) = (DateTime.Parse(from, null), DateTime.Parse(to, null));
        var found = TimeZoneInfo.FindSystemTimeZoneById(zone);
        var last = DateOnly.FromDateTime(end.AddTicks(-1));
        return new UsagePeriod(
            TimeZoneInfo.ConvertTimeToUtc(start, found), TimeZoneInfo.ConvertTimeToUtc(end, found),
            new DateRange(DateOnly.FromDateTime(start), last), found);
    }

    private static void AssertRowsUnpackedAndPacked(TestDatabase database, UsagePeriod period)
    {
        var expected = new ExpectedUsage(database, period);
        var asked = new UsageAsked(database, Now);
        AssertRows(asked, expected, period);
        while (UsageDays.Pack(database.Database, Later, Later, 8) > 0)
        {
        }

        AssertRows(asked, expected, period);
    }

    private static void AssertRows(UsageAsked asked, ExpectedUsage expected, UsagePeriod period)
    {
        Assert.Equal(expected.Users(), Rows(UsageDataType.Users));
        Assert.Equal(expected.Assistants(), Rows(UsageDataType.Assistants));
        Assert.Equal(expected.Workflows(), Rows(UsageDataType.Workflows));
        Assert.Equal(expected.Projects(), Rows(UsageDataType.Projects));
        Assert.Equal(expected.Models(), Rows(UsageDataType.Models));

        IEnumerable<string> Rows(UsageDataType type) =>
            CsvReader.Read(asked.Csv(new UsageRequest(type, period, IsExtended: true))).Skip(1).Select(cells => string.Join('|', cells));
    }
}
