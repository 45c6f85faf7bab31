using Microsoft.Playwright;

namespace UsageAdmin.Tests.Browser;

/// <summary>Every page, with every menu open, light and dark, in both languages, wide and at 320 pixels.</summary>
[Collection(BrowserTests.Name)]
public sealed class AccessibilityTests(BrowserFixture fixture)
{
    private const string Activity = "/w/alpha-main/activity";
    private const string Analytics = "/o/alpha/analytics";
    private const string Usage = "/w/alpha-main/usage";

    [Theory]
    [InlineData("/account/login", null)]
    [InlineData(Activity, "admin@alpha.example")]
    [InlineData($"{Activity}?range=last-month&user=u0&app=app1&section=nothing&flag=moderated", "admin@alpha.example")]
    [InlineData($"{Activity}?from=2020-01-01&to=nonsense&page=99", "admin@alpha.example")]
    [InlineData($"{Activity}?from=2020-01-01&to=2020-01-03", "admin@alpha.example")]
    [InlineData($"{Activity}/c000?flag=any", "admin@alpha.example")]
    [InlineData($"{Activity}/c004", "admin@alpha.example")]
    [InlineData("/w/alpha-lab/activity", "admin@alpha.example")]
    [InlineData("/w/beta-main/activity?range=last-month", "admin@beta.example")]
    [InlineData("/w/beta-main/activity/c000", "admin@beta.example")]
    [InlineData(Analytics, "admin@alpha.example")]
    [InlineData($"{Analytics}?range=last-month&table=apps&sort=name&order=asc&chart=people", "admin@alpha.example")]
    [InlineData($"{Analytics}?from=2015-01&to=nonsense&workspace=nowhere&table=categories&page=99", "admin@alpha.example")]
    [InlineData($"{Analytics}?from=2015-01&to=2015-12&search=nobody", "outside@alpha.example")]
    [InlineData("/o/beta/analytics?workspace=beta-main", "admin@beta.example")]
    [InlineData("/o/hostile/analytics", "admin@hostile.example")]
    [InlineData("/w/alpha-lab/settings", "admin@alpha.example")]
    [InlineData("/w/alpha-lab/settings", "wsadmin@alpha.example")]
    [InlineData("/o/alpha/settings?saved=general", "outside@alpha.example")]
    [InlineData("/o/beta/settings", "admin@beta.example")]
    [InlineData(Usage, "admin@alpha.example")]
    [InlineData($"{Usage}?range=last-month&open=u0&sort=name&order=asc", "admin@alpha.example")]
    [InlineData($"{Usage}?range=last-12-months&type=models&search=nobody&layout=wide", "wsadmin@alpha.example")]
    [InlineData($"{Usage}?from=2020-01-01&to=2020-01-31&export=users&layout=extended", "wsadmin@alpha.example")]
    [InlineData("/w/alpha-lab/usage", "wsadmin@alpha.example")]
    [InlineData("/w/beta-main/usage?range=last-month&type=assistants", "wsadmin@beta.example")]
    [InlineData("/w/gamma-main/usage?range=last-month", "wsadmin@gamma.example")]
    [InlineData("/w/hostile-main/activity", "member@hostile.example")]
    [InlineData("/w/alpha-main/exports", "admin@alpha.example")]
    [InlineData("/w/alpha-main/exports?kind=activity&state=failed&way=api&who=nobody", "admin@alpha.example")]
    [InlineData("/w/gamma-main/exports?notice=queue-full", "admin@gamma.example")]
    [InlineData("/o/alpha/exports?page=99", "admin@alpha.example")]
    [InlineData("/o/alpha/audit", "admin@alpha.example")]
    [InlineData("/o/alpha/audit?range=last-week&person=nobody&workspace=nowhere&actor=x&from=1", "outside@alpha.example")]
    [InlineData("/o/beta/audit", "admin@beta.example")]
    [InlineData("/w/alpha-main/import", "admin@alpha.example")]
    [InlineData("/w/alpha-lab/import?import=999&page=7", "wsadmin@alpha.example")]
    [InlineData("/w/alpha-main/import?import=1", "wsadmin@alpha.example")]
    [InlineData("/account/no-access", "member@hostile.example")]
    [InlineData("/account/logout", "admin@alpha.example")]
    [InlineData("/nowhere", "admin@alpha.example")]
    [InlineData("/error", null)]
    [InlineData("/docs/api", null)]
    public async Task A_page_is_accessible_and_fits(string path, string? account)
    {
        foreach (var locale in new[] { "en-GB", "de-DE" })
        {
            await using var visitor = await fixture.VisitAsync(account, locale);
            await visitor.OpenAsync(path);
            visitor.TakeComplaints();

            Assert.Equal(locale[..2], await visitor.Page.GetAttributeAsync("html", "lang"));
            await AssertAccessibleAsync(visitor, null);
        }
    }

    [Theory]
    [InlineData("en-GB", $"{Activity}?from=2020-01-01&to=2030-01-01&app=app0", 9)]
    [InlineData("de-DE", $"{Activity}?from=2020-01-01&to=2030-01-01&app=app0", 9)]
    [InlineData("en-GB", $"{Analytics}?workspace=alpha-main", 15)]
    [InlineData("de-DE", $"{Analytics}?workspace=alpha-main", 15)]
    [InlineData("en-GB", "/w/alpha-lab/settings", 6)]
    [InlineData("de-DE", "/w/alpha-lab/settings", 6)]
    [InlineData("en-GB", "/w/alpha-main/import", 7, ".platforms ")]
    [InlineData("de-DE", "/w/alpha-main/import", 7, ".platforms ")]
    [InlineData("en-GB", $"{Usage}?range=last-month", 8)]
    [InlineData("de-DE", $"{Usage}?range=last-month", 8)]
    [InlineData("en-GB", $"{Usage}?range=last-month&export=users", 3, "dialog ")]
    [InlineData("de-DE", $"{Usage}?range=last-month&export=users", 3, "dialog ")]
    public async Task Every_open_menu_is_accessible_and_fits(string locale, string path, int count, string within = "")
    {
        // Of the many that are alike, those at both ends of a line are enough; the order has a menu on narrow pages alone.
        const string alike = ".export-panel *, .sort-menu *, .stat:not(:nth-child(1), :nth-child(4), :nth-child(9)) *, .chart-grid .chart-card + .chart-card *";
        await using var visitor = await fixture.VisitAsync("admin@alpha.example", locale);
        await visitor.OpenAsync(path);
        var menus = visitor.Page.Locator($"{within}:is(details.menu > summary, details.as-table > summary):not({alike})");
        Assert.Equal(count, await menus.CountAsync());
        foreach (var menu in await menus.AllAsync())
        {
            await visitor.Page.SetViewportSizeAsync(1280, 800);
            await menu.ClickAsync();
            if (await visitor.Page.Locator("details[open] [role=combobox]").CountAsync() > 0)
            {
                await visitor.Page.WaitForSelectorAsync("details[open] [role=option]");
            }

            await AssertAccessibleAsync(visitor, "details[open]");
            await menu.ClickAsync();
        }

        Assert.Empty(visitor.TakeComplaints());
    }

    [Theory]
    [InlineData("en-GB")]
    [InlineData("de-DE")]
    public async Task The_page_about_the_API_is_accessible_with_everything_open(string locale)
    {
        await using var visitor = await fixture.VisitAsync(null, locale);
        await visitor.OpenAsync("/docs/api");
        await visitor.Page.EvaluateAsync("document.querySelectorAll('.api-operation').forEach((one, i) => one.open = i % 6 === 0)");

        await AssertAccessibleAsync(visitor, null);

        Assert.Empty(visitor.TakeComplaints());
    }

    internal static async Task AssertAccessibleAsync(Visitor visitor, string? selector)
    {
        foreach (var width in new[] { 1280, 320 })
        {
            await visitor.Page.SetViewportSizeAsync(width, 800);
            foreach (var theme in new[] { ColorScheme.Light, ColorScheme.Dark })
            {
                await visitor.ShowAsync(theme);
                var violations = await visitor.ViolationsAsync(selector, coloursOnly: theme == ColorScheme.Dark);
                Assert.True(violations.Count == 0, $"{width} {theme}: {string.Join('\n', violations)}");
            }

            Assert.True(await visitor.OverflowAsync() <= 0, $"The page scrolls sideways at {width} pixels.");
        }
    }
}
