using System.Net;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;
using UsageAdmin.Accounts;
using UsageAdmin.Data.Schema;
using UsageAdmin.Tests.Support;

namespace UsageAdmin.Tests.Accounts;

public sealed class SignInTests(UsageAdminApp app) : IClassFixture<UsageAdminApp>
{
    private const string Email = "admin@alpha.example";

    [Fact]
    public async Task Signing_in_leads_to_the_first_allowed_activity()
    {
        using var client = app.NewClient();

        using var signedIn = await client.LogInAsync(Email, UsageAdminApp.Password);
        using var start = await client.GetAsync("/", TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.Found, signedIn.StatusCode);
        Assert.Equal("/w/alpha-lab/activity", start.Headers.Location?.ToString());
        var cookie = signedIn.Headers.GetValues("Set-Cookie").Single(c => c.StartsWith("ua_session=", StringComparison.Ordinal));
        Assert.Contains("httponly", cookie, StringComparison.Ordinal);
        Assert.Contains("samesite=lax", cookie, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/w/alpha-main/activity?flag=any", "/w/alpha-main/activity?flag=any")]
    [InlineData("https://evil.example/", "/")]
    [InlineData("//evil.example/", "/")]
    [InlineData("/\\evil.example/", "/")]
    public async Task Signing_in_leads_back_within_this_site_only(string returnUrl, string expected)
    {
        using var client = app.NewClient();

        using var response = await client.LogInAsync(
            Email, UsageAdminApp.Password, $"?returnUrl={Uri.EscapeDataString(returnUrl)}");

        var target = new Uri(app.BaseAddress, response.Headers.Location!);
        Assert.Equal(expected, target.PathAndQuery);
        Assert.Equal(app.BaseAddress.Authority, target.Authority);
    }

    [Fact]
    public async Task An_unknown_address_a_wrong_password_and_a_locked_account_get_the_same_answer()
    {
        await using var own = await UsageAdminApp.StartAsync();
        using var client = own.NewClient();
        for (var i = 0; i < 5; i++)
        {
            using var failed = await client.LogInAsync("member@alpha.example", "wrong password 123");
        }

        var unknown = await AnswerAsync(client, "nobody@alpha.example", UsageAdminApp.Password);
        var wrong = await AnswerAsync(client, Email, "wrong password 123");
        var locked = await AnswerAsync(client, "member@alpha.example", UsageAdminApp.Password);

        Assert.Equal(unknown, wrong);
        Assert.Equal(unknown, locked);
        Assert.Contains("login-error", unknown, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Five_failures_lock_an_account()
    {
        await using var own = await UsageAdminApp.StartAsync();
        using var client = own.NewClient();
        for (var i = 0; i < 4; i++)
        {
            using var failed = await client.LogInAsync(Email, "wrong password 123");
        }

        using var stillOpen = await own.NewClient().LogInAsync(Email, UsageAdminApp.Password);
        Assert.Equal(HttpStatusCode.Found, stillOpen.StatusCode);
        for (var i = 0; i < 5; i++)
        {
            using var failed = await client.LogInAsync(Email, "wrong password 123");
        }

        using var locked = await client.LogInAsync(Email, UsageAdminApp.Password);
        Assert.Equal(HttpStatusCode.OK, locked.StatusCode);
    }

    [Fact]
    public async Task Too_many_failures_from_one_address_are_answered_429()
    {
        await using var own = await UsageAdminApp.StartAsync();
        var failures = own.Services.GetRequiredService<FailedSignIns>();
        for (var i = 0; i < FailedSignIns.Limit; i++)
        {
            failures.Record(IPAddress.Loopback);
        }

        using var client = own.NewClient();
        using var response = await client.LogInAsync(Email, UsageAdminApp.Password);

        Assert.Equal(HttpStatusCode.TooManyRequests, response.StatusCode);
        Assert.NotNull(response.Headers.RetryAfter);
    }

    [Fact]
    public async Task A_form_without_its_token_is_refused()
    {
        using var client = await app.SignInAsync(Email);
        using var content = new FormUrlEncodedContent([]);

        using var response = await client.PostAsync("/account/logout", content, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
    }

    [Fact]
    public async Task Signing_out_ends_the_session()
    {
        using var client = app.NewClient();
        using var signedIn = await client.LogInAsync(Email, UsageAdminApp.Password);

        using var signedOut = await client.SubmitAsync("/account/logout");
        using var after = await client.GetAsync("/account/no-access", TestContext.Current.CancellationToken);

        Assert.Equal("/account/login", signedOut.Headers.Location?.ToString());
        Assert.Equal(HttpStatusCode.Unauthorized, after.StatusCode);
    }

    [Fact]
    public async Task A_session_outlives_a_restart()
    {
        await using var own = await UsageAdminApp.StartAsync();
        var cookie = await own.SessionCookieAsync(Email);

        await own.RestartAsync();
        using var client = own.NewClient();
        client.DefaultRequestHeaders.Add("Cookie", $"{cookie.Name}={cookie.Value}");
        using var response = await client.GetAsync("/account/no-access", TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Fact]
    public async Task A_changed_password_ends_sessions_once_they_are_looked_at_again()
    {
        await using var own = await UsageAdminApp.StartAsync();
        await using var scope = own.Services.CreateAsyncScope();
        var users = scope.ServiceProvider.GetRequiredService<UserManager<Account>>();
        var account = await users.FindByEmailAsync(Email);
        var circuit = scope.ServiceProvider.GetRequiredService<SignInManager<Account>>();
        var principal = await circuit.CreateUserPrincipalAsync(account!);
        Assert.NotNull(await circuit.ValidateSecurityStampAsync(principal));

        await scope.ServiceProvider.GetRequiredService<AccountRegistry>().SetPasswordAsync(account!, "another password 123");

        Assert.Null(await circuit.ValidateSecurityStampAsync(principal));
    }

    private static async Task<string> AnswerAsync(HttpClient client, string email, string password)
    {
        using var response = await client.LogInAsync(email, password);
        return $"{response.StatusCode}\n{Answer.WithoutNoise(await response.Content.ReadAsStringAsync())}"
            .Replace(email, "EMAIL", StringComparison.Ordinal);
    }
}
