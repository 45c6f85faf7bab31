using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using UsageAdmin.Analytics;
using UsageAdmin.Data.RollUps;
using UsageAdmin.Data.Schema;
using UsageAdmin.Tests.Support;

namespace UsageAdmin.Tests.Analytics;

public sealed class OrgAnalyticsExportTests
{
    private static readonly string[] Months = ["2025-10", "2025-11", "2025-12", "2026-01", "2026-02"];
    private static readonly DateTime Later = new(2100, 1, 15, 12, 0, 0, DateTimeKind.Utc);

    [Theory]
    [InlineData("Europe/Berlin", 1)]
    [InlineData("America/St_Johns", 2)]
    [InlineData("Asia/Kathmandu", 3)]
    [InlineData("Pacific/Apia", 4)]
    public async Task Every_row_is_that_of_a_recount_of_the_messages(string zone, int seed)
    {
        await using var database = await TestDatabase.CreateAsync(zone);
        await RandomOrganization.FillAsync(database, seed);
        await RandomOrganization.ChangeAsync(database, seed + 100);

        AssertAsRecounted(database, zone);
        AssertAsRecounted(database, zone, RandomOrganization.SecondWorkspace);
    }

    [Fact]
    public async Task Packed_days_give_the_same_rows_and_changes_of_them_show_at_once()
    {
        await using var database = await TestDatabase.CreateAsync();
        await RandomOrganization.FillAsync(database, 7);
        var asked = new AnalyticsAsked(database, Later);
        var before = asked.Bytes(AnalyticsAsked.Months(Months[0], Months[^1]));

        while (UsageDays.Pack(database.Database, Later, Later, 16) > 0)
        {
        }

        Assert.Equal(before, asked.Bytes(AnalyticsAsked.Months(Months[0], Months[^1])));
        Assert.Equal(0, Unpacked(database));

        await RandomOrganization.ChangeAsync(database, 8);

        Assert.NotEqual(0, Unpacked(database));
        Assert.NotEqual(before, asked.Bytes(AnalyticsAsked.Months(Months[0], Months[^1])));
        AssertAsRecounted(database, "Europe/Berlin");
    }

    [Theory]
    [InlineData("zip")]
    [InlineData("xlsx")]
    public async Task The_same_question_gives_the_same_bytes(string format)
    {
        await using var database = await TestDatabase.CreateAsync();
        await RandomOrganization.FillAsync(database, 9);
        var filter = AnalyticsAsked.Months(Months[0], Months[^1]);
        var first = new AnalyticsAsked(database, Later).Bytes(filter, format);
        var culture = CultureInfo.CurrentCulture;
        try
        {
            foreach (var other in new[] { "de-DE", "ar-EG", "th-TH", "tr-TR" })
            {
                CultureInfo.CurrentCulture = CultureInfo.GetCultureInfo(other);

                Assert.Equal(first, new AnalyticsAsked(database, Later.AddYears(1)).Bytes(filter, format));
            }
        }
        finally
        {
            CultureInfo.CurrentCulture = culture;
        }
    }

    [Fact]
    public async Task The_running_month_is_partial_and_later_ones_are_refused()
    {
        await using var database = await TestDatabase.CreateAsync();
        await RandomOrganization.FillAsync(database, 10);

        // 23:30 UTC on the last day of November is December in Berlin.
        var asked = new AnalyticsAsked(database, new DateTime(2025, 11, 30, 23, 30, 0, DateTimeKind.Utc));
        var files = asked.Files(AnalyticsAsked.Months("2025-11", "2025-12"));

        Assert.Equal(["false", "true"], files.General.Select(r => r["is_partial_month"]));
        Assert.Null(asked.Prepare(AnalyticsAsked.Months("2025-11", "2026-01"), "zip", out var problems));
        Assert.Equal("to: Must not be after 2025-12, the running month.", Assert.Single(problems.Select(p => $"{p.Key}: {p.Value[0]}")));
        Assert.Equal("2025-12", (await asked.ViewAsync(AnalyticsAsked.Months("2025-11", "2026-01"))).Months.To.ToString());
    }

    [Fact]
    public async Task Writes_meanwhile_do_not_show_in_a_file()
    {
        await using var database = await TestDatabase.CreateAsync();
        await RandomOrganization.FillAsync(database, 11);
        var asked = new AnalyticsAsked(database, Later);
        using var stop = new CancellationTokenSource();
        var writing = Task.Run(async () =>
        {
            for (var seed = 200; !stop.IsCancellationRequested; seed++)
            {
                await RandomOrganization.ChangeAsync(database, seed);
            }
        }, TestContext.Current.CancellationToken);

        var totals = new HashSet<string>();
        var patience = Stopwatch.StartNew();
        for (var i = 0; i < 25 || (totals.Count == 1 && patience.Elapsed < Eventually.Patience); i++)
        {
            var files = asked.Files(AnalyticsAsked.Months(Months[0], Months[^1]));
            foreach (var general in files.General)
            {
                long Sum(List<Dictionary<string, string>> rows, string column) =>
                    rows.Where(r => r["month"] == general["month"]).Sum(r => long.Parse(r[column], CultureInfo.InvariantCulture));

                Assert.Equal(general["messages_total"], $"{Sum(files.Apps, "messages_total")}");
                Assert.Equal(general["user_messages"], $"{Sum(files.Users, "messages_sent")}");
                Assert.Equal(general["apps_active"], $"{Sum(files.Categories, "active_apps")}");
            }

            totals.Add(string.Join(' ', files.General.Select(r => r["messages_total"])));
        }

        await stop.CancelAsync();
        await writing;
        Assert.NotEqual(1, totals.Count);
    }

    [Fact]
    public async Task An_organization_without_data_gets_files_with_headers_and_zeros()
    {
        await using var database = await TestDatabase.CreateAsync();
        var asked = new AnalyticsAsked(database, Later);

        var files = asked.Files(AnalyticsAsked.Months("2026-01", "2026-02"));
        var view = await asked.ViewAsync(AnalyticsAsked.Months("2026-01", "2026-02"));

        Assert.Equal(["user-analytics.csv", "app-analytics.csv", "category-analytics.csv", "general-analytics.csv"], files.All.Keys);
        Assert.Empty(files.Users);
        Assert.Equal(["0", "0"], files.General.Select(r => r["messages_total"]));
        Assert.Equal(["", ""], files.General.Select(r => r["avg_messages_per_session"]));
        Assert.Null(view.Before);
        Assert.Empty(view.Table.People);
    }

    [Fact]
    public void Every_column_is_described()
    {
        var text = File.ReadAllText(Path.Combine(Repository.Root, "docs", "org-analytics-export.md"));
        var scope = new AnalyticsScope(new Organization { PublicId = "a", Name = "A", TimeZone = "UTC" }, [], 5);
        string[][] files =
        [
            [.. AnalyticsColumns.Users(scope).Select(c => c.Name)], [.. AnalyticsColumns.Apps(scope).Select(c => c.Name)],
            [.. AnalyticsColumns.Categories(scope).Select(c => c.Name)], [.. AnalyticsColumns.General(scope).Select(c => c.Name)],
        ];
        var sections = text.Split("\n## ").Where(part => part.Contains(".csv\n", StringComparison.Ordinal)).ToList();

        Assert.Equal(4, sections.Count);
        foreach (var (columns, section) in files.Zip(sections))
        {
            // In their order, and none that is not there.
            Assert.Equal(columns, Regex.Matches(section, @"(?m)^\| (?<names>`[^|]+) \|")
                .SelectMany(row => Regex.Matches(row.Groups["names"].Value, "`(?<name>[a-z_]+)`").Select(m => m.Groups["name"].Value)));
        }
    }

    private static void AssertAsRecounted(TestDatabase database, string zone, params string[] workspaces)
    {
        var files = new AnalyticsAsked(database, Later).Files(AnalyticsAsked.Months(Months[0], Months[^1], workspaces));
        var expected = new ExpectedAnalytics(database, TimeZoneInfo.FindSystemTimeZoneById(zone), workspaces);
        foreach (var month in Months)
        {
            Assert.Equal(expected.Users(month), Lines(files.Users, month));
            Assert.Equal(expected.Apps(month), Lines(files.Apps, month));
            Assert.Equal(expected.Categories(month), Lines(files.Categories, month, "active_apps_share"));
            Assert.Equal([expected.General(month)], Lines(files.General, month, "top_category", "top_model"));
        }
    }

    /// <summary>Rows of a month, without the apostrophes that keep text from being a formula.</summary>
    private static IEnumerable<string> Lines(
        List<Dictionary<string, string>> rows, string month, params string[] without) => rows
        .Where(row => row["month"] == month)
        .Select(row => string.Join('|', row.Where(c => !without.Contains(c.Key))
            .Select(c => c.Value.StartsWith("'=", StringComparison.Ordinal) ? c.Value[1..] : c.Value)));

    private static long Unpacked(TestDatabase database)
    {
        using var session = database.Database.OpenRead();
        var row = session.Prepare("SELECT count(*) FROM usage_day WHERE is_packed = 0");
        row.Step();
        return row.Number(0);
    }
}
