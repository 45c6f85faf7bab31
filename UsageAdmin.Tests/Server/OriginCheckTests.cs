using System.Net;
using System.Net.WebSockets;
using UsageAdmin.Tests.Support;

namespace UsageAdmin.Tests.Server;

/// <summary>With real WebSocket handshakes.</summary>
public sealed class OriginCheckTests(UsageAdminApp app) : IClassFixture<UsageAdminApp>
{
    [Fact]
    public async Task A_page_of_this_site_gets_its_circuit() =>
        Assert.Equal(HttpStatusCode.SwitchingProtocols, await ShakeHandsAsync(app, app.BaseAddress.GetLeftPart(UriPartial.Authority)));

    [Theory]
    [InlineData("http://evil.example")]
    [InlineData("http://127.0.0.1:1")]
    [InlineData("https://127.0.0.1")]
    [InlineData("null")]
    [InlineData(null)]
    public async Task Other_origins_and_none_get_no_circuit(string? origin) =>
        Assert.Equal(HttpStatusCode.Forbidden, await ShakeHandsAsync(app, origin));

    [Fact]
    public async Task The_public_address_is_an_origin_of_this_site()
    {
        await using var published = await UsageAdminApp.StartAsync("--PublicUrl=https://usage.example");

        Assert.Equal(HttpStatusCode.SwitchingProtocols, await ShakeHandsAsync(published, "https://usage.example"));
        Assert.Equal(HttpStatusCode.Forbidden, await ShakeHandsAsync(published, "http://usage.example"));
    }

    [Fact]
    public async Task There_is_no_circuit_without_sign_in() => Assert.Equal(
        HttpStatusCode.Unauthorized,
        await ShakeHandsAsync(app, app.BaseAddress.GetLeftPart(UriPartial.Authority), email: null));

    [Fact]
    public async Task A_foreign_page_cannot_negotiate_either()
    {
        using var client = await app.SignInAsync("admin@alpha.example");
        client.DefaultRequestHeaders.Add("Origin", "http://evil.example");

        using var response = await client.PostAsync(
            "/_blazor/negotiate?negotiateVersion=1", null, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
    }

    private static async Task<HttpStatusCode> ShakeHandsAsync(
        UsageAdminApp app, string? origin, string? email = "admin@alpha.example")
    {
        using var socket = new ClientWebSocket();
        socket.Options.CollectHttpResponseDetails = true;
        if (origin is not null)
        {
            socket.Options.SetRequestHeader("Origin", origin);
        }

        if (email is not null)
        {
            var cookie = await app.SessionCookieAsync(email);
            socket.Options.SetRequestHeader("Cookie", $"{cookie.Name}={cookie.Value}");
        }

        try
        {
            await socket.ConnectAsync(
                new UriBuilder(app.BaseAddress) { Scheme = "ws", Path = "/_blazor" }.Uri, TestContext.Current.CancellationToken);
            socket.Abort();
        }
        catch (WebSocketException)
        {
        }

        return socket.HttpStatusCode;
    }
}
