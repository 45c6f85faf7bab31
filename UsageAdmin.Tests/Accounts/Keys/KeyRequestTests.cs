using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using UsageAdmin.Accounts;
using UsageAdmin.Accounts.Keys;
using UsageAdmin.Data.Schema;
using UsageAdmin.Organizations;
using UsageAdmin.Tests.Support;

namespace UsageAdmin.Tests.Accounts.Keys;

/// <summary>Requests with keys, by HTTP.</summary>
public sealed class KeyRequestTests(UsageAdminApp app) : IClassFixture<UsageAdminApp>
{
    private const string Activity = "/w/alpha-main/activity/export.json?from=2026-01-01&to=2026-01-31";
    private const string Analytics = "/o/alpha/analytics/export.zip?from=2026-01&to=2026-01";

    [Theory]
    [InlineData(ApiScopes.ActivityExport, Activity, HttpStatusCode.OK, null)]
    [InlineData(KeyScopes.All, Activity, HttpStatusCode.OK, null)]
    [InlineData(KeyScopes.All & ~ApiScopes.ActivityExport, Activity, HttpStatusCode.Forbidden, "forbidden")]
    [InlineData(ApiScopes.OrgAnalyticsExport, Analytics, HttpStatusCode.OK, null)]
    [InlineData(KeyScopes.All & ~ApiScopes.OrgAnalyticsExport, Analytics, HttpStatusCode.Forbidden, "forbidden")]
    [InlineData(KeyScopes.All, "/w/alpha-lab/activity/export.json?from=2026-01-01&to=2026-01-31", HttpStatusCode.NotFound, "not-found")]
    [InlineData(KeyScopes.All, "/w/nowhere/activity/export.json?from=2026-01-01&to=2026-01-31", HttpStatusCode.NotFound, "not-found")]
    [InlineData(KeyScopes.All, "/o/beta/analytics/export.zip?from=2026-01&to=2026-01", HttpStatusCode.NotFound, "not-found")]
    [InlineData(KeyScopes.All, "/o/alpha-main/analytics/export.zip?from=2026-01&to=2026-01", HttpStatusCode.NotFound, "not-found")]
    [InlineData(KeyScopes.All, "/w/alpha-main/activity", HttpStatusCode.Forbidden, "forbidden")]
    [InlineData(KeyScopes.All, "/w/beta-main/activity", HttpStatusCode.NotFound, "not-found")]
    [InlineData(KeyScopes.All, "/o/alpha/analytics", HttpStatusCode.Forbidden, "forbidden")]
    [InlineData(KeyScopes.All, "/account/no-access", HttpStatusCode.Forbidden, "forbidden")]
    [InlineData(KeyScopes.All, "/account/logout", HttpStatusCode.Forbidden, "forbidden")]
    [InlineData(KeyScopes.All, "/_blazor", HttpStatusCode.Forbidden, "forbidden")]
    [InlineData(KeyScopes.All, "/", HttpStatusCode.Found, null)]
    [InlineData(KeyScopes.All, "/nowhere/at/all", HttpStatusCode.NotFound, "not-found")]
    public async Task A_key_opens_what_its_scopes_say_and_nothing_else(
        ApiScopes scopes, string path, HttpStatusCode expected, string? type)
    {
        using var client = app.ClientWith((await app.MakeKeyAsync(scopes)).Text);

        using var response = await client.GetAsync(path, TestContext.Current.CancellationToken);

        Assert.Equal(expected, response.StatusCode);
        if (type is not null)
        {
            Assert.Equal(type, await TypeAsync(response));
        }
    }

    [Fact]
    public async Task Only_the_two_exports_that_say_so_let_keys_in()
    {
        var key = Granted(await app.MakeKeyAsync(KeyScopes.All), await app.WorkspaceAsync("alpha-main"));
        foreach (var right in Enum.GetValues<Right>())
        {
            var own = KeyRights.Decide(key, right, RightsTests.IsInWorkspace(right) ? "alpha-main" : "alpha");
            var foreign = KeyRights.Decide(key, right, RightsTests.IsInWorkspace(right) ? "beta-main" : "beta");

            Assert.Equal(right is Right.ExportActivity or Right.ExportAnalytics, own is RightDecision.Granted);
            Assert.IsType<RightDecision.NotFound>(foreign);
        }
    }

    [Fact]
    public async Task Whether_exports_are_on_is_looked_at_last()
    {
        using var good = app.ClientWith((await app.MakeKeyAsync(ApiScopes.ActivityExport, "gamma-main")).Text);
        using var other = app.ClientWith((await app.MakeKeyAsync(ApiScopes.Ingest, "gamma-main")).Text);
        const string path = "/w/gamma-main/activity/export.json?from=2026-01-01&to=2026-01-31";

        Assert.Equal("feature-disabled", await TypeAsync(await good.GetAsync(path, TestContext.Current.CancellationToken)));
        Assert.Equal("forbidden", await TypeAsync(await other.GetAsync(path, TestContext.Current.CancellationToken)));
    }

    [Fact]
    public async Task A_cookie_is_ignored_beside_a_key_even_if_the_key_is_wrong()
    {
        var key = (await app.MakeKeyAsync(ApiScopes.ActivityExport)).Text;
        using var client = await app.SignInAsync("admin@alpha.example");
        using var alone = await client.GetAsync(Activity, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, alone.StatusCode);

        using var wrong = await client.With(Other(key)).GetAsync(Activity, TestContext.Current.CancellationToken);
        using var page = await client.GetAsync("/w/alpha-main/activity", TestContext.Current.CancellationToken);
        using var right = await client.With(key).GetAsync("/w/alpha-main/activity", TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.Unauthorized, wrong.StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, page.StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, right.StatusCode);
    }

    [Theory]
    [InlineData("wrong secret")]
    [InlineData("wrong id")]
    [InlineData("revoked")]
    [InlineData("expired")]
    [InlineData("no key at all")]
    public async Task A_key_that_is_not_good_is_answered_401_whatever_is_wrong_with_it(string how)
    {
        await using var own = await UsageAdminApp.StartAsync();
        var made = await own.MakeKeyAsync(ApiScopes.ActivityExport);
        var (organization, workspace) = await own.WorkspaceAsync("alpha-main");
        await using var db = await own.ContextAsync();
        var text = made.Text;
        switch (how)
        {
            case "revoked":
                own.Services.GetRequiredService<ApiKeys>().Revoke(organization, workspace, made.Key.KeyId, Actor.Command);
                break;
            case "expired":
                await db.ApiKeys.ExecuteUpdateAsync(
                    set => set.SetProperty(k => k.ExpiresAtUtc, DateTime.UtcNow.AddSeconds(-1)),
                    TestContext.Current.CancellationToken);
                break;
            default:
                text = how switch
                {
                    "wrong secret" => Other(text),
                    "wrong id" => text.Replace(made.Key.KeyId, "00000000", StringComparison.Ordinal),
                    _ => "eyJhbGciOiJub25lIn0.e30.",
                };
                break;
        }

        using var response = await own.ClientWith(text).GetAsync(Activity, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        Assert.Equal("Bearer", Assert.Single(response.Headers.WwwAuthenticate).Scheme);
        Assert.Equal("invalid-key", await TypeAsync(response));
    }

    [Fact]
    public async Task A_key_that_was_just_good_is_revoked_at_once()
    {
        var made = await app.MakeKeyAsync(ApiScopes.ActivityExport);
        var (organization, workspace) = await app.WorkspaceAsync("alpha-main");
        using var client = app.ClientWith(made.Text);
        using var before = await client.GetAsync(Activity, TestContext.Current.CancellationToken);

        app.Services.GetRequiredService<ApiKeys>().Revoke(organization, workspace, made.Key.KeyId, Actor.Command);

        using var after = await client.GetAsync(Activity, TestContext.Current.CancellationToken);
        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.Unauthorized), (before.StatusCode, after.StatusCode));
    }

    [Fact]
    public async Task Too_many_wrong_keys_from_one_address_are_answered_429_and_right_ones_are_not_tried_then()
    {
        await using var own = await UsageAdminApp.StartAsync();
        var key = (await own.MakeKeyAsync(ApiScopes.ActivityExport)).Text;
        using var wrong = own.ClientWith(Other(key));
        for (var i = 0; i < FailedKeys.Limit; i++)
        {
            using var refused = await wrong.GetAsync(Activity, TestContext.Current.CancellationToken);
            Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
        }

        using var limited = await own.ClientWith(key).GetAsync(Activity, TestContext.Current.CancellationToken);
        using var browser = await (await own.SignInAsync("admin@alpha.example")).GetAsync(
            Activity, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.TooManyRequests, limited.StatusCode);
        Assert.InRange(limited.Headers.RetryAfter!.Delta!.Value, TimeSpan.FromSeconds(1), FailedKeys.Window);
        Assert.Equal("too-many-failures", await TypeAsync(limited));
        Assert.Equal(HttpStatusCode.OK, browser.StatusCode);
    }

    [Fact]
    public async Task Keys_that_were_right_once_do_not_shut_out_their_neighbours()
    {
        await using var own = await UsageAdminApp.StartAsync();
        var (ended, good) = (await own.MakeKeyAsync(ApiScopes.ActivityExport), await own.MakeKeyAsync(ApiScopes.ActivityExport));
        var (organization, workspace) = await own.WorkspaceAsync("alpha-main");
        own.Services.GetRequiredService<ApiKeys>().Revoke(organization, workspace, ended.Key.KeyId, Actor.Command);
        using var client = own.ClientWith(ended.Text);
        for (var i = 0; i <= FailedKeys.Limit; i++)
        {
            using var refused = await client.GetAsync(Activity, TestContext.Current.CancellationToken);
        }

        using var response = await own.ClientWith(good.Text).GetAsync(Activity, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Fact]
    public async Task Where_all_may_come_in_a_key_is_not_looked_at()
    {
        await using var own = await UsageAdminApp.StartAsync();
        using var client = own.ClientWith("nonsense");
        for (var i = 0; i <= FailedKeys.Limit; i++)
        {
            using var health = await client.GetAsync("/healthz", TestContext.Current.CancellationToken);
            Assert.Equal(HttpStatusCode.OK, health.StatusCode);
        }
    }

    [Fact]
    public async Task A_key_needs_no_word_of_a_browser_about_where_it_comes_from()
    {
        using var client = app.ClientWith((await app.MakeKeyAsync(ApiScopes.ActivityExport)).Text);
        client.DefaultRequestHeaders.Add("Sec-Fetch-Site", "cross-site");

        using var response = await client.GetAsync(Activity, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Fact]
    public async Task An_export_by_key_is_the_keys_in_history_and_audit_log()
    {
        await using var own = await UsageAdminApp.StartAsync();
        var made = await own.MakeKeyAsync(ApiScopes.ActivityExport, name: "Night job");

        using var response = await own.ClientWith(made.Text).GetAsync(Activity, TestContext.Current.CancellationToken);
        await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken);

        await using var db = await own.ContextAsync();
        var export = await db.Exports.SingleAsync(TestContext.Current.CancellationToken);
        var name = $"Night job ({made.Key.PublicPart()})";
        Assert.Equal((ExportOrigin.Api, made.Key.Id, name), (export.Origin, export.ApiKeyId, export.ActorName));
        Assert.Null(export.AccountId);
        var started = await db.AuditEvents.SingleAsync(
            e => e.Action == "export.started", TestContext.Current.CancellationToken);
        Assert.Equal(("key", name), (started.Actor, started.ActorName));
    }

    [Fact]
    public async Task An_export_is_shown_again_to_keys_that_could_make_it()
    {
        using var admin = await app.SignInAsync("admin@alpha.example");
        using var made = await admin.GetAsync(Analytics, TestContext.Current.CancellationToken);
        var path = $"/exports/{made.Headers.GetValues("X-Export-Id").Single()}";

        foreach (var (scopes, workspace, expected) in new[]
        {
            (ApiScopes.OrgAnalyticsExport, "alpha-lab", HttpStatusCode.OK),
            (ApiScopes.UsageExport, "alpha-main", HttpStatusCode.Forbidden),
            (KeyScopes.All, "beta-main", HttpStatusCode.NotFound),
        })
        {
            using var client = app.ClientWith((await app.MakeKeyAsync(scopes, workspace)).Text);
            using var state = await client.GetAsync(path, TestContext.Current.CancellationToken);
            using var file = await client.GetAsync($"{path}/file", TestContext.Current.CancellationToken);

            Assert.Equal((expected, expected), (state.StatusCode, file.StatusCode));
        }
    }

    [Fact]
    public async Task The_last_use_is_written_to_the_minute_with_its_address()
    {
        await using var own = await UsageAdminApp.StartAsync();
        var made = await own.MakeKeyAsync(ApiScopes.ActivityExport);
        using var client = own.ClientWith(made.Text);
        var before = DateTime.UtcNow;
        using var first = await client.GetAsync(Activity, TestContext.Current.CancellationToken);

        var key = await Eventually.ReadAsync(
            async () =>
            {
                await using var db = await own.ContextAsync();
                return await db.ApiKeys.SingleAsync(TestContext.Current.CancellationToken);
            },
            k => k.LastUsedAtUtc is not null);

        Assert.InRange(key.LastUsedAtUtc!.Value, before.AddMinutes(-1), DateTime.UtcNow);
        Assert.Equal(0, key.LastUsedAtUtc.Value.Ticks % TimeSpan.TicksPerMinute);
        Assert.Equal("127.0.0.1", key.LastUsedAddress);
    }

    [Fact]
    public async Task An_endpoint_may_look_at_the_key_itself_and_answer_in_its_own_way()
    {
        await using var own = await UsageAdminApp.StartWithAsync(routes => routes.MapPost("/own", async (HttpContext http) =>
        {
            var outcome = await http.AuthenticateKeyAsync();
            return outcome switch
            {
                KeyOutcome.Granted granted =>
                    $"{granted.Key.Workspace.PublicId} {http.Actor().Kind} {http.Actor().ApiKeyId == http.ApiKey()?.Key.Id}",
                KeyOutcome.Refused refused => $"missing {refused.IsMissing}",
                KeyOutcome.TooMany => "too many",
                _ => "",
            };
        }).AllowAnonymous());
        var key = (await own.MakeKeyAsync(ApiScopes.UsageExport)).Text;

        Assert.Equal("alpha-main key True", await PostAsync(own.ClientWith(key)));
        Assert.Equal("missing True", await PostAsync(await own.SignInAsync("admin@alpha.example")));
        Assert.Equal("missing False", await PostAsync((await own.SignInAsync("admin@alpha.example")).With(Other(key))));
        for (var i = 0; i < FailedKeys.Limit; i++)
        {
            await PostAsync(own.ClientWith(Other(key)));
        }

        Assert.Equal("too many", await PostAsync(own.ClientWith(key)));
    }

    [Fact]
    public void A_clock_that_is_set_back_does_not_bring_back_the_past()
    {
        var time = new FakeTime(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero));
        var clock = new SteadyClock(time);
        time.Advance(TimeSpan.FromDays(-3));

        Assert.True(clock.UtcNow >= new DateTime(2026, 3, 1, 12, 0, 0, DateTimeKind.Utc));
    }

    private static async Task<string> PostAsync(HttpClient client)
    {
        using var owned = client;
        using var response = await owned.PostAsync("/own", null, TestContext.Current.CancellationToken);
        return await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
    }

    private static async Task<string?> TypeAsync(HttpResponseMessage response)
    {
        using var problem = JsonDocument.Parse(
            await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        return problem.RootElement.GetProperty("type").GetString();
    }

    private static GrantedKey Granted(MadeKey made, (Organization Organization, Workspace Workspace) of) =>
        new(made.Key, of.Organization, of.Workspace);

    /// <summary>The key with another last character.</summary>
    private static string Other(string key) => key[..^2] + (key[^2] == 'A' ? "B" : "A") + key[^1];
}
