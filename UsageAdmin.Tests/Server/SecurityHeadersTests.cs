using UsageAdmin.Tests.Support;

namespace UsageAdmin.Tests.Server;

public sealed class SecurityHeadersTests(UsageAdminApp app) : IClassFixture<UsageAdminApp>
{
    [Theory]
    [InlineData("/account/login", "text/html")]
    [InlineData("/account/no-access", "text/html")]
    [InlineData("/account/no-access", "application/json")]
    [InlineData("/w/alpha-main/activity", "text/html")]
    [InlineData("/app.css", "*/*")]
    [InlineData("/nothing/here", "text/html")]
    [InlineData("/healthz", "*/*")]
    [InlineData("/_blazor/negotiate", "*/*")]
    public async Task Every_answer_has_them(string path, string accept)
    {
        using var client = app.NewClient();
        client.DefaultRequestHeaders.Accept.ParseAdd(accept);

        using var response = await client.GetAsync(path, TestContext.Current.CancellationToken);

        var policy = Assert.Single(response.Headers.GetValues("Content-Security-Policy"));
        Assert.Contains("script-src 'self';", policy, StringComparison.Ordinal);
        Assert.Contains("frame-ancestors 'none'", policy, StringComparison.Ordinal);
        Assert.Equal("nosniff", Assert.Single(response.Headers.GetValues("X-Content-Type-Options")));
        Assert.Equal("same-origin", Assert.Single(response.Headers.GetValues("Referrer-Policy")));
        Assert.Equal("same-origin", Assert.Single(response.Headers.GetValues("Cross-Origin-Opener-Policy")));
        Assert.NotEmpty(response.Headers.GetValues("Permissions-Policy"));
        Assert.False(response.Headers.Contains("Server"));
    }

    [Fact]
    public async Task Pages_of_an_account_are_not_stored()
    {
        using var client = await app.SignInAsync("outside@alpha.example");

        using var response = await client.GetAsync("/account/no-access", TestContext.Current.CancellationToken);

        Assert.True(response.Headers.CacheControl?.NoStore);
    }

    [Fact]
    public async Task Forwarded_headers_are_believed_from_known_proxies_only()
    {
        await using var behindProxy = await UsageAdminApp.StartAsync("--Proxy:KnownProxies=127.0.0.0/8, ::1");

        Assert.True(await IsHttpsAsync(behindProxy));
        Assert.False(await IsHttpsAsync(app));
    }

    private static async Task<bool> IsHttpsAsync(UsageAdminApp app)
    {
        using var client = app.NewClient();
        client.DefaultRequestHeaders.Add("X-Forwarded-Proto", "https");
        using var response = await client.GetAsync("/healthz", TestContext.Current.CancellationToken);
        return response.Headers.Contains("Strict-Transport-Security");
    }
}
