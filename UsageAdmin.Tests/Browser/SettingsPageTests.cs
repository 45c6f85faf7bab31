using Microsoft.Playwright;
using UsageAdmin.Tests.Support;

namespace UsageAdmin.Tests.Browser;

[Collection(BrowserTests.Name)]
public sealed class SettingsPageTests(BrowserFixture fixture)
{
    [Fact]
    public async Task A_key_is_made_shown_once_copied_and_revoked()
    {
        await using var server = await StartAsync();
        await using var visitor = await fixture.VisitAsync("admin@alpha.example", server: server);
        var page = visitor.Page;
        await visitor.OpenAsync("/w/alpha-main/activity");
        await page.GetByRole(AriaRole.Link, new() { Name = "Settings" }).ClickAsync();
        await page.GetByRole(AriaRole.Heading, new() { Name = "Workspace settings" }).WaitForAsync();

        await page.FillAsync("#key-name", "Night job");
        await page.CheckAsync("input[value=USAGE_EXPORT_API]");
        await page.ClickAsync("text=Create key");
        var key = await page.TextContentAsync("#made-key");
        await page.Context.GrantPermissionsAsync(["clipboard-read", "clipboard-write"]);
        await page.ClickAsync("[data-copy=made-key]");
        await page.GetByText("Copied").WaitForAsync();
        var copied = await page.EvaluateAsync<string>("() => navigator.clipboard.readText()");

        Assert.Matches("^ua_live_[a-z0-9]{8}_[A-Za-z0-9_-]{43}$", key);
        Assert.Equal(key, copied);

        // A reload makes no second key and shows the first no more.
        await page.ReloadAsync();
        Assert.Equal(0, await page.Locator("#made-key").CountAsync());
        Assert.Equal(1, await page.Locator("tr[data-key]").CountAsync());
        Assert.DoesNotContain(key![17..57], await page.ContentAsync(), StringComparison.Ordinal);

        await page.ClickAsync("summary[aria-label='Revoke Night job']");
        await page.ClickAsync("text=Revoke the key");
        await page.GetByText("Programs that use it are refused from now on.").WaitForAsync();
        await page.ClickAsync(".keys-ended > summary");
        await page.GetByRole(AriaRole.Cell, new() { Name = "Revoked" }).WaitForAsync();
        Assert.Empty(visitor.TakeComplaints());
    }

    [Fact]
    public async Task Settings_of_an_organisation_are_changed_and_take_effect()
    {
        await using var server = await StartAsync();
        await using var visitor = await fixture.VisitAsync("admin@alpha.example", server: server);
        var page = visitor.Page;
        await visitor.OpenAsync("/o/alpha/analytics");
        await page.GetByRole(AriaRole.Link, new() { Name = "Settings" }).ClickAsync();
        await page.FillAsync("#name", "Alpha AG");
        await page.SelectOptionAsync("#zone", "America/New_York");
        await page.ClickAsync("#general button");
        await page.Locator("#general").GetByText("Saved.").WaitForAsync();
        await page.UncheckAsync("input[name='Privacy.UserLevelData']");
        await page.ClickAsync("#privacy button");
        await page.Locator("#privacy").GetByText("Saved.").WaitForAsync();

        await visitor.OpenAsync("/w/alpha-main/activity");

        Assert.Equal(1, await page.Locator(".privacy-banner").CountAsync());
        await page.Locator(".switcher-organization").GetByText("Alpha AG").WaitForAsync();
        await page.GetByText("America/New_York").First.WaitForAsync();
        Assert.Empty(visitor.TakeComplaints());
    }

    private static async Task<UsageAdminApp> StartAsync()
    {
        Assert.SkipWhen(Chromium.Path is null, Chromium.HowToGetOne);
        return await UsageAdminApp.StartAsync();
    }
}
