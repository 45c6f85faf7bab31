using System.Net;
using Microsoft.EntityFrameworkCore;
using UsageAdmin.Accounts.Keys;
using UsageAdmin.Commands;
using UsageAdmin.Data.Schema;
using UsageAdmin.Tests.Browser;
using UsageAdmin.Tests.Support;

namespace UsageAdmin.Tests.Audit;

/// <summary>What stands in the audit log beside exports and conversations.</summary>
public sealed class AuditedTests : IAsyncLifetime
{
    private UsageAdminApp _app = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _app = await UsageAdminApp.StartAsync();

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    [Fact]
    public async Task Refusals_stand_there_once_a_minute_with_path_route_and_right()
    {
        using var member = await _app.SignInAsync("member@alpha.example");
        foreach (var path in new[]
        {
            "/w/alpha-main/activity", "/w/alpha-main/activity", "/w/alpha-lab/activity?user=secret",
            "/w/alpha-main/activity/export.json?user=secret", "/o/alpha/audit",
        })
        {
            using var refused = await member.GetAsync(path, Token);
            Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
        }

        var entries = await EntriesAsync("alpha", "access.refused");

        Assert.Equal(
            [
                ("/w/alpha-main/activity", """{"right":"ViewActivity","reason":"no-right","route":"/w/{WorkspaceId}/activity"}"""),
                ("/w/alpha-main/activity/export.json",
                    """{"right":"ExportActivity","reason":"no-right","route":"/w/{workspaceId}/activity/export.json"}"""),
                ("/o/alpha/audit", """{"right":"ViewAudit","reason":"no-right","route":"/o/{OrganizationId}/audit"}"""),
            ],
            entries.Select(e => (e.Target, e.Details)));
        Assert.All(entries, e => Assert.Equal(("account", "member@alpha.example"), (e.Actor, e.ActorName)));
        Assert.All(entries, e => Assert.NotNull(e.RemoteAddress));
    }

    [Fact]
    public async Task Refused_exports_stand_there_too()
    {
        using var admin = await _app.SignInAsync("admin@gamma.example");
        using var off = await admin.GetAsync("/w/gamma-main/activity/export.json?from=2026-01-01&to=2026-01-31", Token);
        using var key = _app.ClientWith((await _app.MakeKeyAsync(ApiScopes.Ingest)).Text);
        using var scope = await key.GetAsync("/w/alpha-main/activity/export.json?from=2026-01-01&to=2026-01-31", Token);

        Assert.Equal((HttpStatusCode.Forbidden, HttpStatusCode.Forbidden), (off.StatusCode, scope.StatusCode));
        Assert.Contains("feature-disabled", Assert.Single(await EntriesAsync("gamma", "access.refused")).Details, StringComparison.Ordinal);
        Assert.Equal("key", Assert.Single(await EntriesAsync("alpha", "access.refused")).Actor);
    }

    [Fact]
    public async Task Refusals_of_the_usage_export_API_stand_there_for_every_key_that_is_known()
    {
        var scopeless = await _app.MakeKeyAsync(ApiScopes.Ingest, name: "Scopeless");
        var revoked = await _app.MakeKeyAsync(ApiScopes.UsageExport, name: "Revoked");
        var expired = await _app.MakeKeyAsync(ApiScopes.UsageExport, name: "Expired");
        var off = await _app.MakeKeyAsync(ApiScopes.UsageExport, "gamma-main", "Off");
        await using (var db = await _app.ContextAsync())
        {
            await db.ApiKeys.Where(k => k.Id == revoked.Key.Id).ExecuteUpdateAsync(
                set => set.SetProperty(k => k.RevokedAtUtc, DateTime.UtcNow), Token);
            await db.ApiKeys.Where(k => k.Id == expired.Key.Id).ExecuteUpdateAsync(
                set => set.SetProperty(k => k.ExpiresAtUtc, DateTime.UtcNow), Token);
        }

        foreach (var path in new[] { "/export/users", "/export/users?secret=1", "/export/models", "/api/public/export/users/json" })
        {
            Assert.Equal(HttpStatusCode.Forbidden, await PostAsync(scopeless.Text, path));
        }

        Assert.Equal(HttpStatusCode.Unauthorized, await PostAsync(revoked.Text, "/export/users"));
        Assert.Equal(HttpStatusCode.Unauthorized, await PostAsync(expired.Text, "/export/users"));
        Assert.Equal(HttpStatusCode.Unauthorized, await PostAsync(expired.Text[..^1] + "!", "/export/users"));
        Assert.Equal(HttpStatusCode.Unauthorized, await PostAsync("nonsense", "/export/users"));
        Assert.Equal(HttpStatusCode.Forbidden, await PostAsync(off.Text, "/export/users"));

        var entries = await EntriesAsync("alpha", "access.refused");
        Assert.Equal(
            [
                (scopeless.Key.Id, "/export/users", """{"right":"ExportUsage","reason":"no-right","route":"/export/{type}"}"""),
                (scopeless.Key.Id, "/api/public/export/users/json",
                    """{"right":"ExportUsage","reason":"no-right","route":"/api/public/export/{type}/{format}"}"""),
                (revoked.Key.Id, "/export/users", """{"reason":"key-ended","route":"/export/{type}"}"""),
                (expired.Key.Id, "/export/users", """{"reason":"key-ended","route":"/export/{type}"}"""),
            ],
            entries.Select(e => (IdOf(e), e.Target!, e.Details)));
        Assert.All(entries, e => Assert.Equal("key", e.Actor));
        Assert.Contains(
            "\"reason\":\"feature-disabled\"", Assert.Single(await EntriesAsync("gamma", "access.refused")).Details,
            StringComparison.Ordinal);

        long IdOf(AuditEvent entry) => new[] { scopeless, revoked, expired }
            .Single(k => entry.ActorName == $"{k.Key.Name} ({k.Key.PublicPart()})").Key.Id;
    }

    [Fact]
    public async Task A_long_path_is_cut()
    {
        using var client = _app.ClientWith((await _app.MakeKeyAsync(ApiScopes.Ingest)).Text);
        using var refused = await client.PostAsync($"/export/{new string('ä', 150)}", content: null, Token);

        var target = Assert.Single(await EntriesAsync("alpha", "access.refused")).Target;
        Assert.Equal((HttpStatusCode.Forbidden, 200), (refused.StatusCode, target?.Length));
        Assert.StartsWith("/export/%C3%A4", target, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Strangers_leave_nothing_in_a_log_that_is_not_theirs()
    {
        using var foreign = await _app.SignInAsync("admin@beta.example");
        using var nobody = _app.NewClient();
        foreach (var client in new[] { foreign, nobody })
        {
            using var refused = await client.GetAsync("/w/alpha-main/activity", Token);
            Assert.False(refused.IsSuccessStatusCode);
        }

        Assert.Empty(await EntriesAsync("alpha", "access.refused"));
        Assert.Empty(await EntriesAsync("beta", "access.refused"));
    }

    [Fact]
    public async Task A_refusal_that_cannot_be_written_down_is_one_all_the_same()
    {
        Rows.Refuse(_app.OpenDatabase(), "audit_event");

        using var member = await _app.SignInAsync("member@alpha.example");
        using var refused = await member.GetAsync("/w/alpha-main/activity", Token);
        using var client = _app.NewClient();
        using var signedIn = await client.LogInAsync("admin@alpha.example", UsageAdminApp.Password);

        Assert.Equal((HttpStatusCode.Forbidden, HttpStatusCode.Found), (refused.StatusCode, signedIn.StatusCode));
    }

    [Fact]
    public async Task Sign_ins_stand_in_the_log_of_every_organisation_that_the_account_has_a_role_in()
    {
        await RunAsync("account", "add", "admin@alpha.example", "--organization", "beta", "--role", "auditor");
        using var client = _app.NewClient();
        using var failed = await client.LogInAsync("admin@alpha.example", "wrong password 123");
        using var unknown = await client.LogInAsync("nobody@alpha.example", UsageAdminApp.Password);
        using var signedIn = await client.LogInAsync("admin@alpha.example", UsageAdminApp.Password);

        foreach (var organization in new[] { "alpha", "beta" })
        {
            var entries = (await EntriesAsync(organization, "account.")).Where(e => e.Target == "admin@alpha.example");
            Assert.Equal(
                [("anonymous", null, "account.sign-in-failed"), ("account", "admin@alpha.example", "account.signed-in")],
                entries.Select(e => (e.Actor, e.ActorName, e.Action)));
        }

        Assert.DoesNotContain(await EntriesAsync("alpha", "account."), e => e.Target == "nobody@alpha.example");
        Assert.Empty(await EntriesAsync("gamma", "account."));
    }

    [Fact]
    public async Task A_locked_account_stands_there_and_floods_nothing()
    {
        using var client = _app.NewClient();
        for (var i = 0; i < 9; i++)
        {
            using var failed = await client.LogInAsync("member@alpha.example", "wrong password 123");
        }

        var actions = (await EntriesAsync("alpha", "account.")).Select(e => e.Action).ToList();

        Assert.Equal(1, actions.Count(a => a == "account.locked-out"));
        Assert.Equal(6, actions.Count(a => a == "account.sign-in-failed"));
    }

    [Fact]
    public async Task Roles_and_imports_by_command_stand_there()
    {
        var file = Path.Combine(_app.DataDirectory, "some.ndjson");
        await File.WriteAllLinesAsync(file, SomeActivity.Lines(DateTime.UtcNow), Token);

        await RunAsync("account", "add", "new@alpha.example", "--workspace", "alpha-main", "--role", "member");
        await RunAsync("account", "add", "new@alpha.example", "--workspace", "alpha-main", "--role", "member");
        await RunAsync("import", file, "--format", "ndjson", "--workspace", "alpha-main");

        var grant = Assert.Single(await EntriesAsync("alpha", "grant.added"));
        Assert.Equal(("command", "new@alpha.example", """{"role":"WorkspaceMember"}"""), (grant.Actor, grant.Target, grant.Details));
        Assert.NotNull(grant.WorkspaceId);
        var import = Assert.Single(await EntriesAsync("alpha", "import.finished"));
        Assert.Equal("command", import.Actor);
        Assert.Contains("\"source\":\"Open WebUI\"", import.Details, StringComparison.Ordinal);
        Assert.Contains("\"refused\":0", import.Details, StringComparison.Ordinal);
        Assert.DoesNotContain("Albrecht", import.Details, StringComparison.Ordinal);
    }

    private async Task<HttpStatusCode> PostAsync(string key, string path)
    {
        using var client = _app.ClientWith(key);
        using var answer = await client.PostAsync(path, content: null, Token);
        return answer.StatusCode;
    }

    private async Task RunAsync(params string[] arguments)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var exitCode = await CommandLine.RunAsync([.. arguments, .. _app.WhereItIs], output, error);
        Assert.True(exitCode == 0, error.ToString());
    }

    /// <param name="action">The start of it.</param>
    private async Task<List<AuditEvent>> EntriesAsync(string organization, string action)
    {
        await using var db = await _app.ContextAsync();
        return await (
            from entry in db.AuditEvents.AsNoTracking()
            join of in db.Organizations on entry.OrganizationId equals of.Id
            where of.PublicId == organization && entry.Action.StartsWith(action)
            orderby entry.No
            select entry).ToListAsync(Token);
    }
}
