using System.Text.Json;
using Microsoft.Playwright;
using UsageAdmin.Tests.Support;

namespace UsageAdmin.Tests.Browser;

[Collection(BrowserTests.Name)]
public sealed class ActivityPageTests(BrowserFixture fixture)
{
    private const string Activity = "/w/alpha-main/activity";

    [Fact]
    public async Task The_file_holds_what_the_page_shows()
    {
        await using var visitor = await fixture.VisitAsync();
        var page = visitor.Page;
        await visitor.OpenAsync(Activity);
        await page.GetByLabel("E-mail address").FillAsync("admin@alpha.example");
        await page.GetByLabel("Password").FillAsync(UsageAdminApp.Password);
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();
        await visitor.AddressContainsAsync("/activity");
        await visitor.InteractiveAsync();

        await page.ClickAsync(".range-menu > summary");
        await page.GetByRole(AriaRole.Link, new() { Name = "Last month" }).ClickAsync();
        await FigureAsync(page, "Conversations", $"{SomeActivity.PerMonth}");
        await page.GetByRole(AriaRole.Link, new() { Name = "Flagged messages" }).ClickAsync();
        await FigureAsync(page, "Conversations", $"{SomeActivity.Flagged}");
        Assert.EndsWith($"{Activity}?range=last-month&flag=any", page.Url, StringComparison.Ordinal);
        Assert.Equal(SomeActivity.Flagged, await page.Locator(".table-rows tbody tr").CountAsync());

        await page.ClickAsync(".page-header .menu > summary");
        var download = await visitor.DownloadAsync(() =>
            page.GetByRole(AriaRole.Link, new() { Name = "Export activity data (JSON)" }).ClickAsync());
        using var file = JsonDocument.Parse(await File.ReadAllTextAsync(download.Path, TestContext.Current.CancellationToken));
        var inFile = file.RootElement.GetProperty("conversations").EnumerateArray()
            .Select(c => c.GetProperty("conversationId").GetString()).Order();
        var onPage = (await page.Locator(".row-link").EvaluateAllAsync<string[]>("links => links.map(l => l.pathname.split('/').pop())")).Order();

        Assert.Equal(onPage, inFile);
        Assert.Empty(visitor.TakeComplaints());
    }

    [Fact]
    public async Task People_are_chosen_with_the_mouse()
    {
        await using var visitor = await fixture.VisitAsync("admin@alpha.example");
        var page = visitor.Page;
        await visitor.OpenAsync($"{Activity}?range=last-month");
        await page.ClickAsync("#users-button");

        await page.Locator("#users-list [role=option]").Filter(new() { HasText = "Öztürk" }).ClickAsync();

        await FigureAsync(page, "People", "1");
        Assert.Equal("users-input", await page.EvaluateAsync<string>("() => document.activeElement.id"));
        Assert.Empty(visitor.TakeComplaints());
    }

    [Fact]
    public async Task Reload_back_and_a_pasted_link_give_the_same_view()
    {
        await using var visitor = await fixture.VisitAsync("admin@alpha.example");
        var page = visitor.Page;
        await visitor.OpenAsync($"{Activity}?range=last-month");
        await page.ClickAsync("#users-button");
        await page.Locator("#users-input").PressSequentiallyAsync("ÖZT");
        await page.WaitForSelectorAsync("#users-list .option.active:only-child");
        await page.Keyboard.PressAsync("ArrowDown");
        await page.Keyboard.PressAsync("Enter");
        await FigureAsync(page, "People", "1");
        Assert.EndsWith("?range=last-month&user=u1", page.Url, StringComparison.Ordinal);
        await page.Keyboard.PressAsync("Escape");
        Assert.Equal("users-button", await page.EvaluateAsync<string>("() => document.activeElement.id"));
        var seen = await page.Locator(".stats").InnerTextAsync();

        await page.ReloadAsync();
        Assert.Equal(seen, await page.Locator(".stats").InnerTextAsync());
        await visitor.InteractiveAsync();

        await page.GoBackAsync();
        await FigureAsync(page, "Conversations", $"{SomeActivity.PerMonth}");
        await page.GoForwardAsync();
        await FigureAsync(page, "People", "1");

        await page.GetByRole(AriaRole.Link, new() { Name = "Remove filter: User Ben Öztürk" }).ClickAsync();
        await FigureAsync(page, "Conversations", $"{SomeActivity.PerMonth}");
        Assert.Empty(visitor.TakeComplaints());
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
        await visitor.OpenAsync($"{Activity}?range=last-month");
        await visitor.Page.WaitForTimeoutAsync(300);

        Assert.False(await visitor.Page.EvaluateAsync<bool>("() => window.sawLoading"));
        Assert.Empty(visitor.TakeComplaints());
    }

    [Fact]
    public async Task A_conversation_opens_at_the_flagged_message_with_its_text_hidden()
    {
        await using var visitor = await fixture.VisitAsync("admin@alpha.example");
        var page = visitor.Page;
        await visitor.OpenAsync($"{Activity}?range=last-month&flag=inaccurate");
        await page.Locator(".row-link").First.ClickAsync();
        await visitor.AddressEndsAsync("#marked");

        var marked = page.Locator("#marked");
        Assert.False(await marked.GetByText("Like this.").IsVisibleAsync());
        await marked.GetByText("Show", new() { Exact = true }).ClickAsync();
        Assert.True(await marked.GetByText("Like this.").IsVisibleAsync());
        await page.GetByRole(AriaRole.Link, new() { Name = "Back to activity" }).ClickAsync();

        await visitor.AddressEndsAsync($"{Activity}?range=last-month&flag=inaccurate");
        Assert.Empty(visitor.TakeComplaints());
    }

    [Fact]
    public async Task Without_a_range_and_without_the_feature_there_is_nothing_to_download()
    {
        await using var alpha = await fixture.VisitAsync("admin@alpha.example");
        await alpha.OpenAsync(Activity);
        await alpha.Page.ClickAsync(".page-header .menu > summary");
        await using var gamma = await fixture.VisitAsync("admin@gamma.example");
        await gamma.OpenAsync("/w/gamma-main/activity?range=last-month");

        Assert.True(await alpha.Page.GetByText("Select a date range of up to 31 days").IsVisibleAsync());
        Assert.Equal(0, await alpha.Page.Locator("a[href*='export.json']").CountAsync());
        Assert.Equal(0, await gamma.Page.GetByText("Export").CountAsync());
    }

    [Fact]
    public async Task A_long_range_is_offered_in_parts()
    {
        await using var visitor = await fixture.VisitAsync("admin@alpha.example");
        await visitor.OpenAsync($"{Activity}?from=2026-01-01&to=2026-03-05");
        await visitor.Page.ClickAsync(".page-header .menu > summary");

        Assert.Equal(
            ["?from=2026-01-01&to=2026-01-31", "?from=2026-02-01&to=2026-02-28", "?from=2026-03-01&to=2026-03-05"],
            await visitor.Page.Locator("a[href*='export.json']").EvaluateAllAsync<string[]>("links => links.map(l => l.search)"));
    }

    [Fact]
    public async Task Pseudonymous_pages_name_nobody()
    {
        await using var visitor = await fixture.VisitAsync("admin@beta.example");
        foreach (var path in new[] { "/w/beta-main/activity?range=last-month", "/w/beta-main/activity/c000" })
        {
            await visitor.OpenAsync(path);
            var html = await visitor.Page.ContentAsync();

            Assert.Contains("u_", html, StringComparison.Ordinal);
            Assert.DoesNotContain("Albrecht", html, StringComparison.Ordinal);
            Assert.DoesNotContain("person0@", html, StringComparison.Ordinal);
            Assert.DoesNotContain("write an offer", html, StringComparison.Ordinal);
            Assert.DoesNotContain("offer.pdf", html, StringComparison.Ordinal);
        }
    }

    private static Task FigureAsync(IPage page, string label, string value) =>
        page.Locator($".stat:has(.stat-label:text-is('{label}')) .stat-value:text-is('{value}')").WaitForAsync();
}
