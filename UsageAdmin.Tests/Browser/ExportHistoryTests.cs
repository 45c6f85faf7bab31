using System.Text.RegularExpressions;
using Microsoft.Playwright;
using UsageAdmin.Tests.Exports.Jobs;
using UsageAdmin.Tests.Support;

namespace UsageAdmin.Tests.Browser;

[Collection(BrowserTests.Name)]
public sealed partial class ExportHistoryTests(BrowserFixture fixture)
{
    private const string History = "/w/alpha-main/exports";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_is_prepared_in_the_background_is_the_live_download()
    {
        await using var visitor = await fixture.VisitAsync("admin@alpha.example");
        var page = visitor.Page;
        await visitor.OpenAsync("/w/alpha-main/activity?range=last-month&app=app0");
        await page.ClickAsync(".page-header .menu > summary");
        var live = new Uri(fixture.App.BaseAddress, (await page.GetAttributeAsync("a.export-entry", "href"))!);

        await page.GetByRole(AriaRole.Button, new() { Name = "Prepare in background" }).ClickAsync();

        await visitor.AddressEndsAsync($"{History}");
        await page.WaitForSelectorAsync(".history-entry:first-child[data-state=finished]");
        var download = await visitor.DownloadAsync(
            () => page.Locator(".history-entry:first-child a[download]").ClickAsync());
        using var client = await fixture.App.SignInAsync("admin@alpha.example");
        Assert.Equal(
            ExportedAt().Replace(await client.GetStringAsync(live, Token), ""),
            ExportedAt().Replace(await File.ReadAllTextAsync(download.Path, Token), ""));
        Assert.Matches(@"^activity-alpha-main-\d{4}-\d\d-01-.*\.json$", download.Name);
        Assert.Empty(visitor.TakeComplaints());
    }

    [Fact]
    public async Task A_running_export_shows_its_progress_and_its_end_without_a_reload()
    {
        using var held = new HeldJobs();
        await using var server = await UsageAdminApp.StartWithServicesAsync(held.AddTo);
        await HeldJobs.QueueAsync(server, "alpha-main");
        await using var visitor = await fixture.VisitAsync("wsadmin@alpha.example", server: server);
        var page = visitor.Page;
        await visitor.OpenAsync(History);
        await page.EvaluateAsync("() => window.stays = true");
        await page.GetByText("3 of 10").WaitForAsync();

        held.Release();

        await page.WaitForSelectorAsync(".history-entry[data-state=finished]");
        await page.GetByRole(AriaRole.Link, new() { Name = "Download" }).WaitForAsync();
        Assert.True(await page.EvaluateAsync<bool>("() => window.stays"));
        Assert.Empty(visitor.TakeComplaints());
    }

    [Fact]
    public async Task An_export_is_cancelled_and_run_again()
    {
        using var held = new HeldJobs();
        await using var server = await UsageAdminApp.StartWithServicesAsync(held.AddTo);
        await HeldJobs.QueueAsync(server, "alpha-main");
        await using var visitor = await fixture.VisitAsync("wsadmin@alpha.example", server: server);
        var page = visitor.Page;
        await visitor.OpenAsync($"{History}?way=background");

        await page.GetByRole(AriaRole.Button, new() { Name = "Cancel" }).ClickAsync();

        await page.WaitForSelectorAsync(".history-entry[data-state=cancelled]");
        Assert.EndsWith($"{History}?way=background", page.Url, StringComparison.Ordinal);
        held.Release();
        await page.GetByRole(AriaRole.Button, new() { Name = "Run again" }).ClickAsync();
        await page.WaitForSelectorAsync(".history-entry[data-state=finished]");
        Assert.Equal(2, await page.Locator(".history-entry").CountAsync());
        Assert.Empty(visitor.TakeComplaints());
    }

    [Fact]
    public async Task The_details_of_an_export_hold_its_whole_hash()
    {
        using var client = await fixture.App.SignInAsync("admin@alpha.example");
        using var made = await client.GetAsync("/o/alpha/analytics/export.zip?from=2026-01&to=2026-01", Token);
        var id = made.Headers.GetValues("X-Export-Id").Single();
        await using var visitor = await fixture.VisitAsync("admin@alpha.example");
        await visitor.OpenAsync($"/o/alpha/exports?id={id}");

        await visitor.Page.ClickAsync(".history-details > summary");

        Assert.Equal(made.Headers.ETag!.Tag.Trim('"'), await visitor.Page.TextContentAsync($"#sha-{id}"));
        await visitor.Page.GetByText("rows.user-analytics").WaitForAsync();
        Assert.Empty(visitor.TakeComplaints());
    }

    [Fact]
    public async Task The_audit_log_is_checked_and_narrowed_to_a_person()
    {
        await using var visitor = await fixture.VisitAsync("admin@alpha.example");
        var page = visitor.Page;
        await visitor.OpenAsync("/w/alpha-main/activity/c002");
        await visitor.OpenAsync("/o/alpha/audit");

        await page.GetByRole(AriaRole.Button, new() { Name = "Check the chain" }).ClickAsync();
        await page.GetByText("chain intact").WaitForAsync();
        await page.ClickAsync("#person-button");
        await page.Locator("#person-input").PressSequentiallyAsync("person2");
        await page.WaitForSelectorAsync("#person-list .option.active:only-child");
        await page.Keyboard.PressAsync("Enter");

        await visitor.AddressEndsAsync("/o/alpha/audit?person=u2");
        await page.WaitForSelectorAsync(".chip-name");
        await page.WaitForSelectorAsync(".audit-entry[data-action='conversation.opened'] a[href='/w/alpha-main/activity/c002']");
        Assert.Empty(visitor.TakeComplaints());
    }

    [GeneratedRegex("\"exportedAt\":\"[^\"]*\"")]
    private static partial Regex ExportedAt();
}
