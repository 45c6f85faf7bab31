using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using UsageAdmin.Accounts.Keys;
using UsageAdmin.Data.Schema;
using UsageAdmin.Ingest;
using UsageAdmin.Organizations;
using UsageAdmin.Tests.Support;

namespace UsageAdmin.Tests.Browser;

/// <summary>One server with activity and one browser for all browser tests.</summary>
public sealed class BrowserFixture : IAsyncLifetime
{
    private IPlaywright? _playwright;
    private IBrowser? _browser;

    public UsageAdminApp App { get; } = new();

    public async ValueTask InitializeAsync()
    {
        if (Chromium.Path is null)
        {
            return;
        }

        await App.InitializeAsync();
        await ImportAsync(App, "alpha-main");
        await ImportAsync(App, "beta-main");
        await ImportAsync(App, "gamma-main");
        await App.MakeKeyAsync(KeyScopes.All, "alpha-lab", "A name so long that no column of any table is wide enough for it");
        var revoked = await App.MakeKeyAsync(ApiScopes.UsageExport, "alpha-lab", "<b>Old</b>");
        var (organization, workspace) = await App.WorkspaceAsync("alpha-lab");
        App.Services.GetRequiredService<ApiKeys>().Revoke(organization, workspace, revoked.Key.KeyId, Actor.Command);
        _playwright = await Playwright.CreateAsync();
        _browser = await Chromium.LaunchAsync(_playwright);
    }

    public async ValueTask DisposeAsync()
    {
        if (_browser is null)
        {
            return;
        }

        await _browser.DisposeAsync();
        _playwright!.Dispose();
        await App.DisposeAsync();
    }

    /// <param name="email">Null: not signed in.</param>
    /// <param name="server">Null: the shared one.</param>
    internal async Task<Visitor> VisitAsync(
        string? email = null, string locale = "en-GB", int width = 1280, ColorScheme theme = ColorScheme.Light,
        UsageAdminApp? server = null)
    {
        Assert.SkipWhen(_browser is null, Chromium.HowToGetOne);
        server ??= App;
        var context = await _browser.NewContextAsync(new()
        {
            BaseURL = server.BaseAddress.ToString(),
            Locale = locale,
            ColorScheme = theme,
            ReducedMotion = ReducedMotion.Reduce,
            ViewportSize = new() { Width = width, Height = 800 },
        });
        if (email is not null)
        {
            var cookie = await server.SessionCookieAsync(email);
            await context.AddCookiesAsync([new() { Name = cookie.Name, Value = cookie.Value, Url = server.BaseAddress.ToString() }]);
        }

        return new Visitor(context, await context.NewPageAsync());
    }

    internal static async Task ImportAsync(UsageAdminApp app, string workspace)
    {
        var path = Path.Combine(app.DataDirectory, $"{workspace}.ndjson");
        await File.WriteAllLinesAsync(path, SomeActivity.Lines(DateTime.UtcNow));
        var report = await app.Services.GetRequiredService<ImportService>()
            .RunAsync(new ImportRequest(path, "ndjson", workspace), CancellationToken.None);
        Assert.Equal(0, report.Refused);
    }
}

[CollectionDefinition(Name)]
public sealed class BrowserTests : ICollectionFixture<BrowserFixture>
{
    public const string Name = "browser";
}
