using System.Net;
using Microsoft.EntityFrameworkCore;
using UsageAdmin.Tests.Support;

namespace UsageAdmin.Tests.Accounts;

public sealed class SetupTests
{
    [Fact]
    public async Task The_first_start_is_set_up_in_the_browser_and_stopped_gracefully()
    {
        await using var empty = await CommandPlace.CreateEmptyAsync();
        await using var program = UsageAdminProcess.Start(["--urls", "http://127.0.0.1:0", .. empty.WhereItIs]);
        var address = new Uri((await program.LineAsync("UsageAdmin listens on ")).Split(' ')[^1]);
        var token = (await program.LineAsync("enter this token")).Split(' ')[^1];
        await program.LineAsync("Ready.");
        using var handler = new SocketsHttpHandler { AllowAutoRedirect = false };
        using var client = new HttpClient(handler) { BaseAddress = address };

        using var start = await client.GetAsync("/", TestContext.Current.CancellationToken);
        Assert.Equal("/setup", start.Headers.Location?.ToString());

        using var wrongToken = await SetUpAsync(client, "not the token", "a good passphrase");
        Assert.Equal(HttpStatusCode.OK, wrongToken.StatusCode);
        using var weak = await SetUpAsync(client, token, "short");
        Assert.Equal(HttpStatusCode.OK, weak.StatusCode);
        Assert.Contains("password-error", await weak.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);

        using var done = await SetUpAsync(client, token, "a good passphrase");
        using var landed = await client.GetAsync("/", TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.Found, done.StatusCode);
        Assert.Equal("/w/haupt-sache/activity", landed.Headers.Location?.ToString());

        using var again = await client.GetAsync("/setup", TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.Found, again.StatusCode);

        Assert.Equal(0, await program.StopAsync());
        Assert.DoesNotContain(program.Output, line => line.Contains("first@acme.example", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Setup_is_closed_once_there_is_an_account()
    {
        await using var app = await UsageAdminApp.StartAsync();
        using var client = app.NewClient();

        using var response = await client.GetAsync("/setup", TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.Found, response.StatusCode);
    }

    [Fact]
    public async Task Setup_leaves_nothing_behind_when_it_is_refused()
    {
        await using var app = await UsageAdminApp.StartEmptyAsync();
        using var client = app.NewClient();

        using var refused = await SetUpAsync(client, "not the token", "a good passphrase");

        await using var db = await app.ContextAsync();
        Assert.Empty(await db.Organizations.ToListAsync(TestContext.Current.CancellationToken));
        Assert.Empty(await db.Users.ToListAsync(TestContext.Current.CancellationToken));
    }

    private static Task<HttpResponseMessage> SetUpAsync(HttpClient client, string token, string password) =>
        client.SubmitAsync(
            "/setup", ("Entered.Token", token), ("Entered.Email", "first@acme.example"), ("Entered.Password", password),
            ("Entered.OrganizationName", "Acme Größe"), ("Entered.Zone", "Europe/Berlin"),
            ("Entered.WorkspaceName", "Haupt Sache"));
}
