using System.Globalization;
using System.Text;
using Microsoft.Playwright;
using UsageAdmin.Tests.Exports.Tables;

namespace UsageAdmin.Tests.Browser;

[Collection(BrowserTests.Name)]
public sealed class UsagePageTests(BrowserFixture fixture)
{
    private const string Usage = "/w/alpha-main/usage";

    [Fact]
    public async Task Type_range_and_order_are_in_the_address_and_survive_a_reload()
    {
        await using var visitor = await fixture.VisitAsync("wsadmin@alpha.example");
        var page = visitor.Page;
        await visitor.OpenAsync("/");
        Assert.Matches("/w/alpha-(lab|main)/usage$", page.Url);
        await visitor.OpenAsync(Usage);
        Assert.True(await page.Locator(".tag", new() { HasText = "to date" }).IsVisibleAsync());

        await page.ClickAsync(".range-menu > summary");
        await page.Locator(".range-menu").GetByRole(AriaRole.Link, new() { Name = "Last month" }).ClickAsync();
        await visitor.AddressEndsAsync($"{Usage}?range=last-month");
        await page.Locator(".tabs").GetByRole(AriaRole.Link, new() { Name = "Assistants" }).ClickAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Conversations" }).ClickAsync();
        await page.Locator("th[aria-sort=descending]", new() { HasText = "Conversations" }).WaitForAsync();
        Assert.EndsWith($"{Usage}?range=last-month&type=assistants&sort=conversations#tables", page.Url, StringComparison.Ordinal);
        var seen = await page.Locator(".results").InnerTextAsync();

        await page.ReloadAsync();
        await visitor.InteractiveAsync();

        Assert.Equal(seen, await page.Locator(".results").InnerTextAsync());
        Assert.Equal("page", await page.Locator(".tabs").GetByText("Assistants").GetAttributeAsync("aria-current"));
        Assert.Empty(visitor.TakeComplaints());
    }

    [Theory]
    [InlineData("users", "user_id")]
    [InlineData("assistants", "assistant_id")]
    [InlineData("projects", "project_id")]
    [InlineData("models", "name")]
    public async Task The_file_of_a_month_holds_what_its_page_shows(string type, string id)
    {
        await using var visitor = await fixture.VisitAsync("wsadmin@alpha.example");
        var page = visitor.Page;
        await visitor.OpenAsync($"{Usage}?range=last-month&type={type}");
        var shown = await page.Locator("#tables tr[data-row]").EvaluateAllAsync<string[][]>(
            "rows => rows.map(r => [r.dataset.row, ...[...r.querySelectorAll('[data-column]')].flatMap(c => [c.dataset.column, c.dataset.value, c.lastElementChild.innerText])])");
        var messages = await page.Locator("[data-figure=messages_total]").GetAttributeAsync("data-value");

        var download = await visitor.DownloadAsync(() => page.EvaluateAsync(
            $"() => {{ const a = document.createElement('a'); a.href = '{Usage}/export/{type}.csv?range=last-month&layout=extended'; a.download = ''; document.body.append(a); a.click(); }}"));
        var table = CsvReader.Read(await File.ReadAllTextAsync(download.Path, Encoding.UTF8, TestContext.Current.CancellationToken));
        var header = table[0];

        Assert.Equal(table.Count - 1, shown.Length);
        foreach (var (row, cells) in table.Skip(1).Zip(shown))
        {
            Assert.StartsWith(row[Array.IndexOf(header, id)], cells[0], StringComparison.Ordinal);
            foreach (var cell in cells.Skip(1).Chunk(3))
            {
                Assert.Equal(row[Array.IndexOf(header, cell[0])], cell[1]);
                if (long.TryParse(cell[1], CultureInfo.InvariantCulture, out var number) && !cell[0].EndsWith("_avg", StringComparison.Ordinal) && cell[0] != "total_cost_usd")
                {
                    Assert.Equal(number.ToString("N0", CultureInfo.GetCultureInfo("en-GB")), cell[2]);
                }
            }
        }

        if (type == "users")
        {
            Assert.Equal(messages, table.Skip(1).Sum(row => long.Parse(row[Array.IndexOf(header, "messages_total")], CultureInfo.InvariantCulture)).ToString(CultureInfo.InvariantCulture));
        }

        Assert.Empty(visitor.TakeComplaints());
    }

    [Fact]
    public async Task People_are_searched_unfolded_and_lead_to_their_activity()
    {
        await using var visitor = await fixture.VisitAsync("admin@alpha.example");
        var page = visitor.Page;
        await visitor.OpenAsync($"{Usage}?range=last-month");
        await page.GetByPlaceholder("Search name, e-mail or id").FillAsync("PERSON1@");
        await visitor.AddressContainsAsync("search=PERSON1%40");
        await page.Locator("#tables tr[data-row]:only-child").WaitForAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Details: Ben Öztürk" }).ClickAsync();
        var assistants = page.GetByRole(AriaRole.Region, new() { Name = "Messages by assistant" });
        await assistants.WaitForAsync();
        Assert.Contains("Offer Writer", await assistants.InnerTextAsync(), StringComparison.Ordinal);
        Assert.Contains("open=u1", page.Url, StringComparison.Ordinal);
        await page.GetByRole(AriaRole.Link, new() { Name = "Close: Ben Öztürk" }).ClickAsync();
        await assistants.WaitForAsync(new() { State = WaitForSelectorState.Hidden });

        await page.GetByRole(AriaRole.Link, new() { Name = "Ben Öztürk", Exact = true }).ClickAsync();
        await visitor.AddressContainsAsync("/w/alpha-main/activity?from=");
        await visitor.AddressEndsAsync("&user=u1");

        await using var other = await fixture.VisitAsync("wsadmin@alpha.example");
        await other.OpenAsync($"{Usage}?range=last-month");
        Assert.NotEqual(0, await other.Page.Locator("#tables tr[data-row]").CountAsync());
        Assert.Equal(0, await other.Page.Locator("a[href*='/activity']").CountAsync());
        Assert.Empty(visitor.TakeComplaints());
    }

    [Theory]
    [InlineData("from=2020-01-01&to=2020-01-31", "limited to 12 months")]
    [InlineData("range=yesterday", "names no range")]
    [InlineData("from=2026-01-01", "“to” is missing")]
    [InlineData("type=apps", "names no data type")]
    [InlineData("type=workflows", "Workflows are not switched on")]
    [InlineData("export=workflows", "Workflows are not switched on")]
    public async Task What_an_address_has_wrong_is_said_and_left_out(string query, string sentence)
    {
        await using var visitor = await fixture.VisitAsync("wsadmin@alpha.example");
        await visitor.OpenAsync($"{Usage}?{query}");

        Assert.Contains(sentence, await visitor.Page.GetByRole(AriaRole.Alert).InnerTextAsync(), StringComparison.Ordinal);
        Assert.Contains("This month", await visitor.Page.Locator(".range-menu > summary").InnerTextAsync(), StringComparison.Ordinal);
        Assert.Equal("Users", await visitor.Page.Locator(".tabs [aria-current]").InnerTextAsync());
        Assert.Empty(visitor.TakeComplaints());
    }

    [Fact]
    public async Task The_picker_offers_no_day_older_than_twelve_months()
    {
        await using var visitor = await fixture.VisitAsync("wsadmin@alpha.example");
        await visitor.OpenAsync(Usage);
        await visitor.Page.ClickAsync(".range-menu > summary");
        var first = await visitor.Page.Locator(".range-form [name=from]").GetAttributeAsync("min");

        await visitor.OpenAsync($"{Usage}?from={first}&to={first}");
        Assert.Equal(0, await visitor.Page.GetByRole(AriaRole.Alert).CountAsync());
        var before = DateOnly.ParseExact(first!, "yyyy-MM-dd", CultureInfo.InvariantCulture).AddDays(-1);
        await visitor.OpenAsync(string.Create(CultureInfo.InvariantCulture, $"{Usage}?from={before:yyyy-MM-dd}&to={first}"));
        Assert.Equal(1, await visitor.Page.GetByRole(AriaRole.Alert).CountAsync());
    }

    [Fact]
    public async Task Days_without_usage_lead_to_days_with_it_and_no_data_to_an_import()
    {
        await using var visitor = await fixture.VisitAsync("wsadmin@alpha.example");
        var page = visitor.Page;
        var day = DateOnly.FromDateTime(DateTime.UtcNow).AddDays(-200);
        await visitor.OpenAsync(string.Create(CultureInfo.InvariantCulture, $"{Usage}?from={day:yyyy-MM-dd}&to={day:yyyy-MM-dd}"));
        await page.GetByText("No users in these days").WaitForAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Show days with data" }).ClickAsync();
        await page.Locator("#tables tr[data-row]").First.WaitForAsync();
        Assert.EndsWith(Usage, page.Url, StringComparison.Ordinal);

        await visitor.OpenAsync("/w/alpha-lab/usage");
        await page.GetByText("UsageAdmin import FILE.ndjson --format ndjson --workspace alpha-lab").WaitForAsync();
        Assert.Empty(visitor.TakeComplaints());
    }

    [Fact]
    public async Task Pseudonymous_pages_and_frames_name_nobody()
    {
        await using var visitor = await fixture.VisitAsync("admin@beta.example");
        var page = visitor.Page;
        var sent = new StringBuilder();
        page.WebSocket += (_, socket) => socket.FrameReceived += (_, frame) => sent.Append(frame.Text ?? Encoding.UTF8.GetString(frame.Binary ?? []));
        foreach (var query in new[] { "range=last-month", "range=last-month&type=assistants", "range=last-month&type=projects", "range=last-month&type=models", "range=last-month&export=users" })
        {
            await visitor.OpenAsync($"/w/beta-main/usage?{query}");
            sent.Append(await page.ContentAsync());
        }

        await page.Locator("[data-dialog-close]").ClickAsync();
        await page.Locator("dialog").WaitForAsync(new() { State = WaitForSelectorState.Detached });
        await page.GetByPlaceholder("Search pseudonym").FillAsync("u_");
        await visitor.AddressContainsAsync("search=u_");
        await page.GetByRole(AriaRole.Link, new() { Name = "Details: u_" }).First.ClickAsync();
        await page.Locator(".row-details").WaitForAsync();
        var seen = sent.Append(await page.ContentAsync()).ToString();

        Assert.Contains("u_", seen, StringComparison.Ordinal);
        Assert.All(["Albrecht", "Öztürk", "person0@", "person1@", "data-row=\"u0\"", "user=u0"], name => Assert.DoesNotContain(name, seen, StringComparison.Ordinal));
        Assert.True(await page.Locator(".privacy-banner").IsVisibleAsync());
    }

    [Fact]
    public async Task Without_the_feature_the_page_stays_and_says_who_can_help()
    {
        await using var visitor = await fixture.VisitAsync("wsadmin@gamma.example");
        await visitor.OpenAsync("/w/gamma-main/usage?range=last-month&export=users");

        await visitor.Page.GetByText("Data exports are off for gamma.").WaitForAsync();
        Assert.Equal(0, await visitor.Page.Locator("a[download], dialog, #open-export").CountAsync());
        Assert.NotEqual(0, await visitor.Page.Locator("#tables tr[data-row]").CountAsync());
        Assert.Empty(visitor.TakeComplaints());
    }

    [Fact]
    public async Task The_circuit_takes_over_what_was_prerendered()
    {
        await using var visitor = await fixture.VisitAsync("wsadmin@alpha.example");
        await visitor.Page.AddInitScriptAsync(
            """
            window.sawLoading = false;
            new MutationObserver(() => {
              window.sawLoading ||= !!document.querySelector('.skeleton, [aria-busy="true"]');
            }).observe(document, { subtree: true, childList: true, attributes: true });
            """);
        await visitor.OpenAsync($"{Usage}?range=last-month&export=users");
        await visitor.Page.WaitForTimeoutAsync(300);

        Assert.False(await visitor.Page.EvaluateAsync<bool>("() => window.sawLoading"));
        Assert.Empty(visitor.TakeComplaints());
    }
}
