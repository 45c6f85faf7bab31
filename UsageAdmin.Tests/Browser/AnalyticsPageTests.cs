using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using UsageAdmin.Ingest;
using UsageAdmin.Tests.Support;

namespace UsageAdmin.Tests.Browser;

[Collection(BrowserTests.Name)]
public sealed partial class AnalyticsPageTests(BrowserFixture fixture)
{
    private const string Analytics = "/o/alpha/analytics";

    [Fact]
    public async Task Range_workspace_and_chart_are_in_the_address_and_survive_a_reload()
    {
        await using var visitor = await fixture.VisitAsync("admin@alpha.example");
        var page = visitor.Page;
        await visitor.OpenAsync(Analytics);
        Assert.Contains("to date", await page.Locator(".range-menu > summary").InnerTextAsync(), StringComparison.Ordinal);
        await FigureAsync(page, "sessions", 2 * SomeActivity.PerMonth);

        await page.ClickAsync(".range-menu > summary");
        await page.GetByRole(AriaRole.Link, new() { Name = "Last month" }).ClickAsync();
        await FigureAsync(page, "sessions", SomeActivity.PerMonth);
        await page.GetByText("Workspaces", new() { Exact = true }).First.ClickAsync();
        await page.Locator(".filter-bar").GetByRole(AriaRole.Link, new() { Name = "alpha-lab" }).ClickAsync();
        await page.GetByText("UsageAdmin import FILE.ndjson --format ndjson --workspace alpha-lab").WaitForAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Remove filter: Workspace alpha-lab" }).ClickAsync();
        await FigureAsync(page, "sessions", SomeActivity.PerMonth);
        await page.GetByRole(AriaRole.Link, new() { Name = "Active members", Exact = true }).ClickAsync();
        await page.GetByRole(AriaRole.Heading, new() { Name = "Active members per month" }).WaitForAsync();
        Assert.EndsWith($"{Analytics}?range=last-month&chart=people#by-month", page.Url, StringComparison.Ordinal);
        var seen = await page.Locator(".results").InnerTextAsync();

        await page.ReloadAsync();
        await visitor.InteractiveAsync();

        Assert.Equal(seen, await page.Locator(".results").InnerTextAsync());
        Assert.Empty(visitor.TakeComplaints());
    }

    [Fact]
    public async Task Months_of_ones_own_can_be_chosen_in_either_order()
    {
        await using var visitor = await fixture.VisitAsync("admin@alpha.example");
        var page = visitor.Page;
        await visitor.OpenAsync($"{Analytics}?table=apps");
        await page.ClickAsync(".range-menu > summary");
        var now = await page.Locator("select[name=to]").InputValueAsync();
        var earlier = $"{int.Parse(now[..4], null) - 1}-02";
        await page.SelectOptionAsync("select[name=from]", now);
        await page.SelectOptionAsync("select[name=to]", earlier);

        await page.GetByRole(AriaRole.Button, new() { Name = "Apply" }).ClickAsync();

        await visitor.AddressEndsAsync($"{Analytics}?from={earlier}&to={now}&table=apps");
        Assert.Empty(visitor.TakeComplaints());
    }

    [Fact]
    public async Task A_table_is_chosen_sorted_and_searched_by_keyboard()
    {
        await using var visitor = await fixture.VisitAsync("admin@alpha.example");
        var page = visitor.Page;
        await visitor.OpenAsync($"{Analytics}?range=last-month");
        await page.GetByRole(AriaRole.Navigation, new() { Name = "Tables" }).GetByRole(AriaRole.Link, new() { Name = "People" }).FocusAsync();
        await page.Keyboard.PressAsync("Tab");
        await page.Keyboard.PressAsync("Enter");
        var name = page.Locator("#tables th").First;
        await name.GetByText("App", new() { Exact = true }).WaitForAsync();
        await page.Keyboard.PressAsync("Tab");
        await page.Keyboard.PressAsync("Tab");
        Assert.Equal("search", await page.EvaluateAsync<string>("() => document.activeElement.name"));
        await page.Keyboard.PressAsync("Tab");
        await page.Keyboard.PressAsync("Enter");
        await page.Locator("#tables th[aria-sort=ascending]").First.WaitForAsync();
        Assert.Equal("ascending", await name.GetAttributeAsync("aria-sort"));
        await page.Keyboard.PressAsync("Enter");
        await page.Locator("#tables th[aria-sort=descending]").First.WaitForAsync();
        Assert.EndsWith("?range=last-month&table=apps&sort=name#tables", page.Url, StringComparison.Ordinal);

        await page.Locator("#tables input[type=search]").PressSequentiallyAsync("OFFER");
        await visitor.AddressEndsAsync("&search=OFFER#tables");
        await page.Locator("#tables tbody tr:only-child").WaitForAsync();
        Assert.Equal("OFFER", await page.Locator("#tables input[type=search]").InputValueAsync());
        await page.Locator("#tables input[type=search]").FillAsync("nothing like it");
        await page.GetByRole(AriaRole.Link, new() { Name = "Clear the search" }).ClickAsync();
        await page.Locator("#tables tbody tr").Nth(1).WaitForAsync();

        Assert.Equal("", await page.Locator("#tables input[type=search]").InputValueAsync());
        Assert.Empty(visitor.TakeComplaints());
    }

    [Fact]
    public async Task The_way_back_from_a_search_leads_to_the_page_without_it()
    {
        await using var visitor = await fixture.VisitAsync("admin@alpha.example");
        var page = visitor.Page;
        await visitor.OpenAsync($"{Analytics}?range=last-month");
        var input = page.Locator("#tables input[type=search]");
        foreach (var typed in new[] { "B", "Be", "Ben" })
        {
            await input.FillAsync(typed);
            await visitor.AddressEndsAsync($"&search={typed}#tables");
        }

        await page.GoBackAsync();
        await visitor.AddressEndsAsync($"{Analytics}?range=last-month");
        await page.Locator("#tables tbody tr").Nth(3).WaitForAsync();

        Assert.Equal("", await input.InputValueAsync());
        Assert.Empty(visitor.TakeComplaints());
    }

    [Theory]
    [InlineData("en-GB", "Months that have not come yet were left out")]
    [InlineData("de-DE", "Künftige Monate sind weggelassen")]
    public async Task Months_that_have_not_come_yet_are_said_to_be_left_out(string locale, string words)
    {
        await using var visitor = await fixture.VisitAsync("admin@alpha.example", locale);
        await visitor.OpenAsync($"{Analytics}?from=2026-01&to=2035-02");
        Assert.Matches($"{words}.*2035.*", await visitor.Page.GetByRole(AriaRole.Alert).InnerTextAsync());
        await visitor.OpenAsync($"{Analytics}?range=this-month");
        Assert.Equal(0, await visitor.Page.GetByRole(AriaRole.Alert).CountAsync());
    }

    [Fact]
    public async Task Old_data_is_one_link_away_from_the_page_that_shows_nothing()
    {
        await using var server = await UsageAdminApp.StartAsync();
        var path = Path.Combine(server.DataDirectory, "old.ndjson");
        await File.WriteAllLinesAsync(path, SomeActivity.Lines(new DateTime(2019, 3, 30, 0, 0, 0, DateTimeKind.Utc)), TestContext.Current.CancellationToken);
        await server.Services.GetRequiredService<ImportService>()
            .RunAsync(new ImportRequest(path, "ndjson", "alpha-main"), TestContext.Current.CancellationToken);
        await using var german = await fixture.VisitAsync("admin@alpha.example", "de-DE", server: server);
        await german.OpenAsync(Analytics);
        Assert.Equal("Apr 2018 – Mär 2019 zeigen", await german.Page.Locator(".state .actions").InnerTextAsync());
        await using var visitor = await fixture.VisitAsync("admin@alpha.example", server: server);
        await visitor.OpenAsync(Analytics);
        await visitor.Page.GetByRole(AriaRole.Link, new() { Name = "Show Apr 2018 – Mar 2019" }).ClickAsync();

        await FigureAsync(visitor.Page, "sessions", 2 * SomeActivity.PerMonth);
        Assert.EndsWith($"{Analytics}?from=2018-04&to=2019-03", visitor.Page.Url, StringComparison.Ordinal);
        Assert.Contains("The data begins too late to compare with Apr 2017 – Mar 2018.", await visitor.Page.Locator(".stats-foot").InnerTextAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_share_of_a_chart_is_one_of_all_messages()
    {
        await using var visitor = await fixture.VisitAsync("admin@alpha.example");
        await visitor.OpenAsync($"{Analytics}?range=last-month");
        var page = visitor.Page;
        var all = double.Parse((await page.Locator("[data-figure=messages_total]").GetAttributeAsync("data-value"))!, CultureInfo.InvariantCulture);
        foreach (var chart in new[] { "apps", "models", "sections" })
        {
            var summary = Summary().Match(await page.Locator($"#by-{chart} .chart-summary").InnerTextAsync());
            Assert.True(summary.Success, chart);
            Assert.Equal(double.Parse(summary.Groups[1].Value, CultureInfo.InvariantCulture) / all * 100, double.Parse(summary.Groups[2].Value, CultureInfo.InvariantCulture), 0.5);
        }

        // No app has a category: they all are in one bar, and chats without app in none.
        Assert.DoesNotContain("100%", await page.Locator("#by-categories .chart-summary").InnerTextAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Words_that_can_be_chosen_between_stay_within_their_links_on_a_narrow_page()
    {
        await using var visitor = await fixture.VisitAsync("admin@alpha.example", "de-DE", 320);
        await visitor.OpenAsync(Analytics);

        Assert.Empty(await visitor.Page.Locator(".segments-links a").EvaluateAllAsync<string[]>(
            """
            links => links.filter(link => {
              const words = document.createRange();
              words.selectNodeContents(link);
              const [inner, outer] = [words.getBoundingClientRect(), link.getBoundingClientRect()];
              return inner.left < outer.left + 3 || inner.right > outer.right - 3;
            }).map(link => link.textContent)
            """));
        Assert.Equal(0, await visitor.OverflowAsync());
    }

    [Fact]
    public async Task A_row_leads_to_its_activity_and_back()
    {
        await using var visitor = await fixture.VisitAsync("admin@alpha.example");
        var page = visitor.Page;
        await visitor.OpenAsync($"{Analytics}?range=last-month&search=Ben");
        await page.GetByRole(AriaRole.Link, new() { Name = "alpha-main: Activity of Ben Öztürk" }).ClickAsync();
        await visitor.AddressContainsAsync("/w/alpha-main/activity?from=");
        await visitor.AddressEndsAsync("&user=u1");
        await page.Locator($".stat-value:text-is('{SomeActivity.PerMonth / 5}')").First.WaitForAsync();

        await page.GoBackAsync();
        await FigureAsync(page, "sessions", SomeActivity.PerMonth);
        await page.Locator("#tables tbody tr:only-child").WaitForAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Activity", Exact = true }).ClickAsync();
        await visitor.AddressEndsAsync("/w/alpha-main/activity");
        await page.GetByRole(AriaRole.Link, new() { Name = "Org Analytics" }).ClickAsync();
        await visitor.AddressEndsAsync($"{Analytics}");

        Assert.Empty(visitor.TakeComplaints());
    }

    [Fact]
    public async Task An_admin_without_workspace_starts_here_and_finds_no_way_to_activity()
    {
        await using var visitor = await fixture.VisitAsync("outside@alpha.example");
        await visitor.OpenAsync("/");

        Assert.EndsWith(Analytics, visitor.Page.Url, StringComparison.Ordinal);
        await FigureAsync(visitor.Page, "sessions", 2 * SomeActivity.PerMonth);
        Assert.Equal(0, await visitor.Page.Locator("a[href*='/activity']").CountAsync());
        Assert.Empty(visitor.TakeComplaints());
    }

    [Fact]
    public async Task A_figure_says_what_it_counts_by_keyboard()
    {
        await using var visitor = await fixture.VisitAsync("admin@alpha.example");
        var page = visitor.Page;
        await visitor.OpenAsync(Analytics);
        var definition = page.GetByText("Messages divided by conversations");
        Assert.False(await definition.IsVisibleAsync());
        await page.Locator("[aria-label='What counts as “Messages per conversation”?']").PressAsync("Enter");

        await definition.WaitForAsync();
        await page.Keyboard.PressAsync("Escape");
        await definition.WaitForAsync(new() { State = WaitForSelectorState.Hidden });
    }

    [Fact]
    public async Task The_circuit_takes_over_what_was_prerendered()
    {
        await using var visitor = await fixture.VisitAsync("admin@alpha.example");
        await visitor.Page.AddInitScriptAsync(
            """
            window.sawLoading = false;
            new MutationObserver(() => {
              window.sawLoading ||= !!document.querySelector('.skeleton, [aria-busy="true"]');
            }).observe(document, { subtree: true, childList: true, attributes: true });
            """);
        await visitor.OpenAsync(Analytics);
        await visitor.Page.WaitForTimeoutAsync(300);

        Assert.False(await visitor.Page.EvaluateAsync<bool>("() => window.sawLoading"));
        Assert.Empty(visitor.TakeComplaints());
    }

    [Fact]
    public async Task A_chart_and_its_table_say_the_same()
    {
        await using var visitor = await fixture.VisitAsync("admin@alpha.example");
        await visitor.OpenAsync($"{Analytics}?chart=conversations");
        var drawn = await visitor.Page.Locator("#by-month .tip").EvaluateAllAsync<string[]>("tips => tips.map(t => t.innerText || t.textContent)");
        var listed = await visitor.Page.Locator("#by-month tbody tr").EvaluateAllAsync<string[]>("rows => rows.map(r => r.cells[0].textContent + r.cells[2].textContent)");

        Assert.Equal(12, listed.Length);
        Assert.Equal(drawn.Select(d => NotWordOrDigit().Replace(d, "").Replace("conversations", "", StringComparison.Ordinal).Replace("conversation", "", StringComparison.Ordinal)), listed.Select(l => NotWordOrDigit().Replace(l, "")));
        Assert.Equal(24 * 7, await visitor.Page.Locator("#by-hour tbody td.end").CountAsync());
    }

    [Fact]
    public async Task Pseudonymous_pages_name_nobody()
    {
        await using var visitor = await fixture.VisitAsync("admin@beta.example");
        await visitor.OpenAsync("/o/beta/analytics?range=last-month");
        var html = await visitor.Page.ContentAsync();

        Assert.Contains("u_", html, StringComparison.Ordinal);
        Assert.DoesNotContain("Albrecht", html, StringComparison.Ordinal);
        Assert.DoesNotContain("person0@", html, StringComparison.Ordinal);
        Assert.True(await visitor.Page.GetByPlaceholder("Search by ID").IsVisibleAsync());
        Assert.True(await visitor.Page.Locator(".privacy-banner").IsVisibleAsync());
    }

    [Fact]
    public async Task The_export_entries_hold_the_months_as_shown_and_are_absent_without_the_feature()
    {
        await using var alpha = await fixture.VisitAsync("admin@alpha.example");
        await alpha.OpenAsync($"{Analytics}?from=2026-01&to=2026-03&workspace=alpha-main&table=apps&search=x");
        await using var unknown = await fixture.VisitAsync("admin@alpha.example");
        await unknown.OpenAsync($"{Analytics}?workspace=nowhere");
        await using var gamma = await fixture.VisitAsync("admin@gamma.example");
        await gamma.OpenAsync("/o/gamma/analytics");

        Assert.Equal(
            [
                $"{Analytics}/export.zip?from=2026-01&to=2026-03&workspace=alpha-main",
                $"{Analytics}/export.xlsx?from=2026-01&to=2026-03&workspace=alpha-main",
            ],
            await alpha.Page.Locator("a[download]").EvaluateAllAsync<string[]>("links => links.map(l => l.pathname + l.search)"));
        Assert.Equal(0, await unknown.Page.Locator("a[download]").CountAsync());
        Assert.Equal(0, await gamma.Page.GetByText("Export").CountAsync());
    }

    [Theory]
    [InlineData("en-GB", "")]
    [InlineData("de-DE", "?from=2020-01&to=2026-11&workspace=alpha-main&workspace=alpha-lab")]
    public async Task It_prints_to_one_page(string locale, string query)
    {
        await using var visitor = await fixture.VisitAsync("admin@alpha.example", locale, theme: ColorScheme.Dark);
        await visitor.OpenAsync($"{Analytics}{query}");

        var file = Encoding.Latin1.GetString(await visitor.Page.PdfAsync(new() { PreferCSSPageSize = true, PrintBackground = true }));

        Assert.Single(Pages().Matches(file));
    }

    private static Task FigureAsync(IPage page, string figure, int value) =>
        page.Locator($"[data-figure='{figure}'][data-value='{value}']").WaitForAsync();

    [GeneratedRegex(@"[^\w\d]")]
    private static partial Regex NotWordOrDigit();

    [GeneratedRegex(@"^Most: .*, ([\d,]+) messages, ([\d.]+)% of all messages(\. Sections can overlap)?$")]
    private static partial Regex Summary();

    [GeneratedRegex(@"/Type\s*/Page\b(?!s)")]
    private static partial Regex Pages();
}
