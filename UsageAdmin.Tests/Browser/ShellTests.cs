using System.Net;
using System.Net.Sockets;
using Microsoft.Playwright;
using UsageAdmin.Tests.Support;

namespace UsageAdmin.Tests.Browser;

[Collection(BrowserTests.Name)]
public sealed class ShellTests(BrowserFixture fixture)
{
    private const string Activity = "/w/alpha-main/activity";

    [Fact]
    public async Task Theme_and_language_stay_as_chosen()
    {
        await using var visitor = await fixture.VisitAsync("admin@alpha.example");
        var page = visitor.Page;
        await visitor.OpenAsync($"{Activity}?range=last-month");
        await page.ClickAsync(".account-menu > summary");
        await page.ClickAsync("button[name=theme][value=dark]");
        Assert.Equal("dark", await page.GetAttributeAsync("html", "data-theme"));
        await page.ClickAsync("button[name=language][value=de]");
        await page.WaitForSelectorAsync("html[lang=de]");

        Assert.EndsWith($"{Activity}?range=last-month", page.Url, StringComparison.Ordinal);
        Assert.Equal("dark", await page.GetAttributeAsync("html", "data-theme"));
        await page.GetByRole(AriaRole.Heading, new() { Name = "Aktivität" }).WaitForAsync();
        await visitor.InteractiveAsync();
        await page.GetByRole(AriaRole.Heading, new() { Name = "Aktivität" }).WaitForAsync();
        Assert.Empty(visitor.TakeComplaints());
    }

    [Fact]
    public async Task The_focus_moves_to_the_heading_of_another_page_and_stays_where_it_is_on_the_first()
    {
        await using var visitor = await fixture.VisitAsync("wsadmin@alpha.example");
        var page = visitor.Page;
        await visitor.OpenAsync("/w/alpha-main/usage");
        await page.WaitForTimeoutAsync(500);
        Assert.Equal(0, await page.Locator("h1:focus").CountAsync());

        await page.GetByRole(AriaRole.Link, new() { Name = "Exports", Exact = true }).ClickAsync();
        await page.Locator("h1:focus", new() { HasText = "Exports" }).WaitForAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Usage", Exact = true }).ClickAsync();
        await page.Locator("h1:focus", new() { HasText = "Usage" }).WaitForAsync();
        Assert.Empty(visitor.TakeComplaints());
    }

    [Fact]
    public async Task What_is_chosen_on_a_page_leaves_the_rest_of_it_in_place()
    {
        await using var visitor = await fixture.VisitAsync("wsadmin@alpha.example");
        var page = visitor.Page;
        await visitor.OpenAsync("/w/alpha-main/usage");
        await page.EvaluateAsync("() => document.querySelectorAll('h1, .topbar').forEach(part => part.dataset.kept = 'true')");
        await page.GetByRole(AriaRole.Link, new() { Name = "Models", Exact = true }).ClickAsync();
        await page.Locator(".tabs a[aria-current=page]", new() { HasText = "Models" }).WaitForAsync();
        Assert.Equal(2, await page.Locator("[data-kept]").CountAsync());

        await page.GetByRole(AriaRole.Link, new() { Name = "Exports", Exact = true }).ClickAsync();
        await page.Locator("h1", new() { HasText = "Exports" }).WaitForAsync();
        Assert.Equal(1, await page.Locator(".topbar[data-kept]").CountAsync());
        Assert.Empty(visitor.TakeComplaints());
    }

    [Fact]
    public async Task The_switcher_offers_only_what_the_account_may_see()
    {
        await using var visitor = await fixture.VisitAsync("admin@alpha.example");
        await visitor.OpenAsync(Activity);
        await visitor.Page.ClickAsync(".switcher > summary");
        await visitor.Page.GetByRole(AriaRole.Link, new() { Name = "alpha-lab" }).ClickAsync();
        await visitor.AddressEndsAsync("/w/alpha-lab/activity");

        Assert.Equal(
            ["/o/alpha/analytics", "/w/alpha-lab/activity", "/w/alpha-main/activity"],
            await visitor.Page.Locator(".switcher a").EvaluateAllAsync<string[]>("links => links.map(l => l.pathname)"));
        await visitor.Page.GetByText("UsageAdmin import FILE.ndjson --format ndjson --workspace alpha-lab").WaitForAsync();
    }

    [Fact]
    public async Task Signing_out_ends_at_the_sign_in_page()
    {
        await using var visitor = await fixture.VisitAsync("admin@alpha.example");
        await visitor.OpenAsync(Activity);
        await visitor.Page.ClickAsync(".account-menu > summary");
        await visitor.Page.GetByRole(AriaRole.Button, new() { Name = "Sign out" }).ClickAsync();
        await visitor.AddressEndsAsync("/account/login");

        Assert.Empty(visitor.TakeComplaints());
    }

    [Fact]
    public async Task A_page_survives_a_restart_of_the_server()
    {
        var port = FreePort();
        await using var server = await UsageAdminApp.StartAsync($"--Urls=http://127.0.0.1:{port}");
        await BrowserFixture.ImportAsync(server, "alpha-main");
        await using var visitor = await fixture.VisitAsync("admin@alpha.example", server: server);
        await visitor.OpenAsync($"{Activity}?range=last-month&flag=any");
        await server.RestartAsync();

        // The menu's list comes over the circuit: it answers again once the page has come back by itself.
        await visitor.Page.WaitForFunctionAsync("() => performance.getEntriesByType('navigation')[0].type === 'reload'");
        await visitor.InteractiveAsync();
        await visitor.Page.ClickAsync("#apps-button");
        await visitor.Page.WaitForSelectorAsync("#apps-list [role=option]");

        Assert.EndsWith($"{Activity}?range=last-month&flag=any", visitor.Page.Url, StringComparison.Ordinal);
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
