using System.Globalization;
using UsageAdmin.Tests.Analytics;

namespace UsageAdmin.Tests.Browser;

[Collection(BrowserTests.Name)]
public sealed class AnalyticsExportTests(BrowserFixture fixture)
{
    [Theory]
    [InlineData("")]
    [InlineData("&workspace=alpha-main")]
    [InlineData("&workspace=alpha-lab")]
    public async Task The_file_of_a_month_holds_what_its_page_shows(string narrowed)
    {
        await using var visitor = await fixture.VisitAsync("admin@alpha.example");
        var page = visitor.Page;
        await visitor.OpenAsync($"/o/alpha/analytics?range=last-month{narrowed}");
        var files = await ExportAsync(visitor);
        var general = Assert.Single(files.General);

        var figures = await page.Locator("[data-figure]").EvaluateAllAsync<string[][]>(
            "stats => stats.map(s => [s.dataset.figure, s.dataset.value])");
        Assert.Equal(narrowed.EndsWith("lab", StringComparison.Ordinal) ? 0 : 9, figures.Length);
        Assert.All(figures, figure => Assert.Equal(Number(general[figure[0]]), Number(figure[1])));

        foreach (var (table, rows, ids, numbers) in new[]
        {
            ("people", files.Users, (string[])["user_id"], (string[])["messages_sent", "conversations_started", "active_days", "apps_created", "users_reached"]),
            ("apps", files.Apps, ["workspace_id", "app_id"], ["unique_users", "sessions", "messages_total", "flagged_messages", "moderated_messages"]),
            ("categories", files.Categories, ["category"], ["active_apps", "published_apps", "unique_users", "sessions", "messages_total"]),
        })
        {
            await visitor.OpenAsync($"/o/alpha/analytics?range=last-month{narrowed}&table={table}");
            var shown = await page.Locator("#tables tr[data-row]").EvaluateAllAsync<string[][]>(
                "rows => rows.map(r => [r.dataset.row, ...[...r.querySelectorAll('td')].map(c => c.innerText)])");

            Assert.Equal(figures.Length == 0 ? 0 : rows.Count, shown.Length);
            foreach (var (row, cells) in rows.Zip(shown))
            {
                Assert.Equal(string.Join('/', ids.Select(id => row[id])), cells[0]);
                var onPage = cells.Skip(2).SelectMany(Words).ToList();
                Assert.All(numbers, column => Assert.Contains(
                    long.Parse(row[column], CultureInfo.InvariantCulture).ToString("N0", CultureInfo.GetCultureInfo("en-US")), onPage));
            }
        }

        Assert.Empty(visitor.TakeComplaints());
    }

    private static async Task<AnalyticsFiles> ExportAsync(Visitor visitor)
    {
        await visitor.Page.ClickAsync(".page-header .menu > summary");
        var download = await visitor.DownloadAsync(() => visitor.Page.Locator("a.export-entry[href*='export.zip']").ClickAsync());
        return AnalyticsFiles.Read(await File.ReadAllBytesAsync(download.Path, TestContext.Current.CancellationToken));
    }

    private static decimal? Number(string text) => text.Length == 0 ? null : decimal.Parse(text, CultureInfo.InvariantCulture);

    private static IEnumerable<string> Words(string cell) => cell.Split([' ', '\n', '\t'], StringSplitOptions.RemoveEmptyEntries);
}
