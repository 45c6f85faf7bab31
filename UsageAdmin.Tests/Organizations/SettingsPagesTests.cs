using System.Net;
using System.Text.RegularExpressions;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using UsageAdmin.Accounts;
using UsageAdmin.Data.Schema;
using UsageAdmin.Tests.Support;

namespace UsageAdmin.Tests.Organizations;

/// <summary>The settings pages by HTTP, as a browser without script uses them.</summary>
public sealed partial class SettingsPagesTests : IAsyncLifetime
{
    private const string Organization = "/o/alpha/settings";
    private const string Workspace = "/w/alpha-main/settings";

    private UsageAdminApp _app = null!;

    public async ValueTask InitializeAsync() => _app = await UsageAdminApp.StartAsync();

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    [Fact]
    public async Task A_changed_name_is_audited_with_who_and_from_where_and_shows_at_once()
    {
        using var client = await _app.SignInAsync("outside@alpha.example");

        using var saved = await client.SubmitFormAsync(
            Organization, "general", ("General.Name", "Alpha <b>AG</b>"), ("General.Zone", "UTC"), ("General.WeekStart", "sunday"));

        Assert.Equal(HttpStatusCode.Found, saved.StatusCode);
        Assert.Equal($"{Organization}?saved=general#general", new Uri(_app.BaseAddress, saved.Headers.Location!).PathAndQuery + "#general");
        Assert.Contains("Alpha &lt;b&gt;AG&lt;/b&gt;", await client.GetStringAsync(Organization, TestContext.Current.CancellationToken), StringComparison.Ordinal);
        var changed = await EventAsync("organization.changed");
        Assert.Equal(("outside@alpha.example", "127.0.0.1"), (changed.ActorName, changed.RemoteAddress));
    }

    [Fact]
    public async Task A_wrong_name_is_refused_with_a_reason()
    {
        using var client = await _app.SignInAsync("outside@alpha.example");

        using var refused = await client.SubmitFormAsync(
            Organization, "general", ("General.Name", " "), ("General.Zone", "UTC"), ("General.WeekStart", "sunday"));

        Assert.Equal(HttpStatusCode.OK, refused.StatusCode);
        Assert.Contains("The name must be 1 to 200 characters.", await refused.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Organization, "outside@alpha.example")]
    [InlineData(Workspace, "wsadmin@alpha.example")]
    public async Task User_level_data_that_was_switched_off_comes_back_only_when_that_is_confirmed(string page, string email)
    {
        using var client = await _app.SignInAsync(email);
        using var off = await client.SubmitFormAsync(page, "privacy");
        Assert.False(await IsIdentifiedAsync());

        using var unconfirmed = await client.SubmitFormAsync(page, "privacy", ("Privacy.UserLevelData", "true"));
        Assert.False(await IsIdentifiedAsync());
        var answer = await unconfirmed.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.Contains("notice-error", answer, StringComparison.Ordinal);
        Assert.Matches("<input [^>]*name=\"Privacy.UserLevelData\"[^>]* checked", answer);

        using var confirmed = await client.SubmitFormAsync(
            page, "privacy", ("Privacy.UserLevelData", "true"), ("Privacy.IsConfirmed", "true"));
        Assert.True(await IsIdentifiedAsync());
    }

    [Fact]
    public async Task User_level_data_that_is_switched_off_is_gone_with_the_next_request()
    {
        using var admin = await _app.SignInAsync("admin@alpha.example");
        using var before = await admin.GetAsync("/w/alpha-main/activity", TestContext.Current.CancellationToken);
        using var off = await admin.SubmitFormAsync(Organization, "privacy");

        var after = await admin.GetStringAsync("/w/alpha-main/activity", TestContext.Current.CancellationToken);

        Assert.DoesNotContain("privacy-banner", await before.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Assert.Contains("privacy-banner", after, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Usage_settings_and_the_note_are_saved()
    {
        using var client = await _app.SignInAsync("outside@alpha.example");

        using var usage = await client.SubmitFormAsync(
            Organization, "usage", ("Usage.Workflows", "true"), ("Usage.Tokens", "off"));
        using var note = await client.SubmitFormAsync(Organization, "note", ("Note.Text", "Line 1\r\nLine 2\r\n"));

        await using var db = await _app.ContextAsync();
        var alpha = await db.Organizations.SingleAsync(o => o.PublicId == "alpha", TestContext.Current.CancellationToken);
        Assert.Equal((true, false, false), (alpha.WorkflowsEnabled, alpha.OwnModelKeysEnabled, alpha.RanksEnabled));
        Assert.Equal("Line 1\nLine 2", alpha.ExportNote);
        using var cleared = await client.SubmitFormAsync(Organization, "note", ("Note.Text", "  "));
        await db.Entry(alpha).ReloadAsync(TestContext.Current.CancellationToken);
        Assert.Null(alpha.ExportNote);
    }

    [Fact]
    public async Task Only_the_operator_switches_the_export_feature()
    {
        using var admin = await _app.SignInAsync("outside@alpha.example");
        var page = await admin.GetStringAsync(Organization, TestContext.Current.CancellationToken);
        Assert.DoesNotContain("name=\"Exports.Exports\"", page, StringComparison.Ordinal);

        // The form of somebody else's page, sent by an admin who does not operate the instance.
        using var forged = await admin.SubmitFormAsync(Organization, "general", ("_handler", "exports"));
        await using (var db = await _app.ContextAsync())
        {
            Assert.True((await db.Organizations.SingleAsync(o => o.PublicId == "alpha", TestContext.Current.CancellationToken)).ExportsEnabled);
        }

        await using (var scope = _app.Services.CreateAsyncScope())
        {
            await scope.ServiceProvider.GetRequiredService<AccountRegistry>().AddAsync(
                new NewAccount("operator@example") { Grants = [new NewGrant(GrantRole.OrganizationAdmin, "alpha")] },
                TestContext.Current.CancellationToken);
        }

        using var operates = await _app.SignInAsync("operator@example");
        using var off = await operates.SubmitFormAsync(Organization, "exports");
        await using var after = await _app.ContextAsync();
        Assert.False((await after.Organizations.SingleAsync(o => o.PublicId == "alpha", TestContext.Current.CancellationToken)).ExportsEnabled);
        Assert.Contains("\"exports\"", (await EventAsync("organization.changed")).Details, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_new_key_is_shown_once_and_works()
    {
        using var client = await _app.SignInAsync("admin@alpha.example");

        using var made = await client.SubmitFormAsync(
            Workspace, "key-new", ("name", "Night job"), ("scope", "ACTIVITY_EXPORT_API"), ("scope", "USAGE_EXPORT_API"), ("days", "30"));
        var key = WholeKey().Match(await made.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).Value;
        var later = await client.GetStringAsync(Workspace, TestContext.Current.CancellationToken);

        Assert.Matches(@"\Aua_live_[a-z0-9]{8}_[A-Za-z0-9_-]{43}\z", key);
        Assert.True(made.Headers.CacheControl!.NoStore);
        Assert.Contains($"{key[..16]}_…{key[^4..]}", WebUtility.HtmlDecode(later), StringComparison.Ordinal);
        Assert.DoesNotContain(key[17..57], later, StringComparison.Ordinal);
        using var export = await _app.ClientWith(key).GetAsync(
            "/w/alpha-main/activity/export.json?from=2026-01-01&to=2026-01-31", TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, export.StatusCode);
        var stored = await KeyAsync();
        Assert.Equal(("admin@alpha.example", ApiScopes.ActivityExport | ApiScopes.UsageExport), (stored.CreatedBy, stored.Scopes));
    }

    [Theory]
    [InlineData("wsadmin@alpha.example", "USAGE_EXPORT_API", true)]
    [InlineData("wsadmin@alpha.example", "INGEST_API", true)]
    [InlineData("wsadmin@alpha.example", "ACTIVITY_EXPORT_API", false)]
    [InlineData("wsadmin@alpha.example", "ORG_ANALYTICS_EXPORT_API", false)]
    [InlineData("admin@alpha.example", "ACTIVITY_EXPORT_API", true)]
    [InlineData("admin@alpha.example", "ORG_ANALYTICS_EXPORT_API", true)]
    [InlineData("admin@alpha.example", "EVERYTHING", false)]
    public async Task Nobody_gives_a_key_more_than_their_own_rights_reach(string email, string scope, bool expected)
    {
        using var client = await _app.SignInAsync(email);

        using var answer = await client.SubmitFormAsync(Workspace, "key-new", ("name", "Some key"), ("scope", scope), ("days", "30"));

        await using var db = await _app.ContextAsync();
        Assert.Equal(expected, await db.ApiKeys.AnyAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Revoking_ends_a_key_and_keeps_it_in_the_list()
    {
        var made = await _app.MakeKeyAsync(ApiScopes.UsageExport);
        using var client = await _app.SignInAsync("wsadmin@alpha.example");

        using var revoked = await client.SubmitFormAsync(Workspace, "key-action", ("revoke", made.Key.KeyId));

        Assert.NotNull((await KeyAsync()).RevokedAtUtc);
        Assert.Contains("Revoked", await client.GetStringAsync(Workspace, TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Assert.Equal("wsadmin@alpha.example", (await EventAsync("key.revoked")).ActorName);
    }

    [Fact]
    public async Task A_key_of_another_workspace_cannot_be_touched()
    {
        var made = await _app.MakeKeyAsync(ApiScopes.UsageExport, "beta-main");
        using var client = await _app.SignInAsync("wsadmin@alpha.example");

        using var revoked = await client.SubmitFormAsync(Workspace, "key-action", ("revoke", made.Key.KeyId));
        using var rotated = await client.SubmitFormAsync(
            Workspace, "key-action", ("rotate", made.Key.KeyId), ($"grace-{made.Key.KeyId}", "0"));

        var key = await KeyAsync();
        Assert.Equal((null, null), (key.RevokedAtUtc, key.SuccessorId));
    }

    [Fact]
    public async Task Rotating_shows_the_successor_and_needs_the_right_to_its_scopes()
    {
        var made = await _app.MakeKeyAsync(ApiScopes.ActivityExport);
        using var without = await _app.SignInAsync("wsadmin@alpha.example");
        using var with = await _app.SignInAsync("admin@alpha.example");
        (string, string)[] rotate = [("rotate", made.Key.KeyId), ($"grace-{made.Key.KeyId}", "1")];

        using var refused = await without.SubmitFormAsync(Workspace, "key-action", rotate);
        Assert.Null((await KeyAsync()).SuccessorId);
        using var rotated = await with.SubmitFormAsync(Workspace, "key-action", rotate);

        Assert.DoesNotMatch(WholeKey(), await refused.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        Assert.Matches(WholeKey(), await rotated.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        await using var db = await _app.ContextAsync();
        var old = await db.ApiKeys.SingleAsync(k => k.KeyId == made.Key.KeyId, TestContext.Current.CancellationToken);
        Assert.NotNull(old.SuccessorId);
        Assert.InRange(old.ExpiresAtUtc, DateTime.UtcNow, DateTime.UtcNow.AddHours(1));
    }

    [Theory]
    [InlineData(Organization, "wsadmin@alpha.example", HttpStatusCode.Forbidden)]
    [InlineData(Organization, "admin@beta.example", HttpStatusCode.NotFound)]
    [InlineData(Workspace, "outside@alpha.example", HttpStatusCode.Forbidden)]
    [InlineData(Workspace, "admin@beta.example", HttpStatusCode.NotFound)]
    public async Task A_form_of_those_who_may_not_changes_nothing(string page, string email, HttpStatusCode expected)
    {
        var allowed = page == Organization ? "outside@alpha.example" : "wsadmin@alpha.example";
        using var other = await _app.SignInAsync(allowed);
        using var client = await _app.SignInAsync(email);
        using var content = new FormUrlEncodedContent([KeyValuePair.Create("_handler", "privacy")]);

        using var refused = await client.PostAsync(page, content, TestContext.Current.CancellationToken);
        using var withoutToken = await other.PostAsync(page, content, TestContext.Current.CancellationToken);

        Assert.Equal(expected, refused.StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, withoutToken.StatusCode);
        Assert.True(await IsIdentifiedAsync());
    }

    private async Task<bool> IsIdentifiedAsync()
    {
        await using var db = await _app.ContextAsync();
        return await db.Organizations.AnyAsync(o => o.PublicId == "alpha" && o.UserLevelData)
            && await db.Workspaces.AnyAsync(w => w.PublicId == "alpha-main" && w.UserLevelData);
    }

    private async Task<ApiKey> KeyAsync()
    {
        await using var db = await _app.ContextAsync();
        return await db.ApiKeys.SingleAsync(TestContext.Current.CancellationToken);
    }

    private async Task<AuditEvent> EventAsync(string action)
    {
        await using var db = await _app.ContextAsync();
        return await db.AuditEvents.SingleAsync(e => e.Action == action, TestContext.Current.CancellationToken);
    }

    [GeneratedRegex("ua_live_[a-z0-9]{8}_[A-Za-z0-9_-]{43}")]
    private static partial Regex WholeKey();
}
