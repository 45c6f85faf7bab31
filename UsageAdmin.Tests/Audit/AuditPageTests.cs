using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using UsageAdmin.Accounts;
using UsageAdmin.Audit;
using UsageAdmin.Data.Schema;
using UsageAdmin.Organizations;
using UsageAdmin.Tests.Browser;
using UsageAdmin.Tests.Support;

namespace UsageAdmin.Tests.Audit;

public sealed partial class AuditPageTests : IAsyncLifetime
{
    private UsageAdminApp _app = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _app = await UsageAdminApp.StartAsync();
        await BrowserFixture.ImportAsync(_app, "alpha-main");
        await BrowserFixture.ImportAsync(_app, "beta-main");
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    [Theory]
    [InlineData("")]
    [InlineData("?range=today")]
    [InlineData("?from=2020-01-01&to=2020-12-31")]
    [InlineData("?action=export")]
    [InlineData("?action=conversation&workspace=alpha-main")]
    [InlineData("?workspace=alpha-lab")]
    [InlineData("?actor=ADMIN")]
    [InlineData("?actor=%25")]
    [InlineData("?person=u1")]
    [InlineData("?action=access&range=today&actor=member")]
    public async Task The_file_holds_what_the_page_shows(string query)
    {
        using var admin = await _app.SignInAsync("admin@alpha.example");
        await FillAsync(admin);

        var shown = Numbers(await admin.GetStringAsync($"/o/alpha/audit{query}", Token));
        var json = JsonNode.Parse(await admin.GetStringAsync($"/o/alpha/audit/export.json{query}", Token))!;
        var entries = json["entries"]!.AsArray();

        Assert.Equal(shown.Order(), entries.Select(e => (long)e!["no"]!).Where(no => no <= shown.DefaultIfEmpty(99).Max()));
        Assert.All(entries, entry => Assert.Equal(64, ((string)entry!["hash"]!).Length));
        var csv = await admin.GetStringAsync($"/o/alpha/audit/export.csv{query}", Token);
        Assert.StartsWith(
            "no,at,workspace_id,actor,actor_name,action,target,concerned_user_id,remote_address,details,hash\r\n", csv,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_filters_find_what_they_say()
    {
        using var admin = await _app.SignInAsync("admin@alpha.example");
        await FillAsync(admin);

        async Task<string> ActionsAsync(string query) => string.Join(' ', (await EntriesAsync(admin, query))
            .Select(e => (string)e!["action"]!).Distinct().Order(StringComparer.Ordinal));

        Assert.Equal("conversation.opened", await ActionsAsync("?action=conversation"));
        Assert.Equal("access.refused", await ActionsAsync("?actor=member&action=access"));
        Assert.Equal("", await ActionsAsync("?workspace=alpha-lab"));
        Assert.Equal("", await ActionsAsync("?from=2020-01-01&to=2020-12-31"));
        Assert.Equal("conversation.opened export.finished export.started", await ActionsAsync("?person=u1"));
        Assert.Equal("export.finished export.started", await ActionsAsync("?person=u3"));
        Assert.Equal("", await ActionsAsync("?person=u4"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("action=export&")]
    [InlineData("actor=night&range=last-7-days&")]
    [InlineData("workspace=alpha-main&actor=day&action=export&")]
    public async Task Pages_hold_fifty_entries_each_newest_first(string filter)
    {
        using var admin = await _app.SignInAsync("admin@alpha.example");
        var (organization, workspace) = await _app.WorkspaceAsync("alpha-main");
        var log = _app.Services.GetRequiredService<AuditLog>();
        for (var i = 0; i < 130; i++)
        {
            log.Append(i % 13 == 0
                ? new AuditEntry(organization.Id, null, Actor.Server, "exports-are-another-thing")
                : new AuditEntry(
                    organization.Id, workspace.Id, new Actor("key", null, i % 2 == 0 ? "Day job" : "NIGHT job", null), "export.started"));
        }

        var pages = new List<List<long>>();
        for (var page = 1; page <= 4; page++)
        {
            pages.Add(Numbers(await admin.GetStringAsync($"/o/alpha/audit?{filter}page={page}", Token)));
        }

        var all = (await EntriesAsync(admin, $"?{filter}")).Select(e => (long)e!["no"]!).Reverse().ToList();
        Assert.InRange(all.Count, 55, 150);
        Assert.Equal(Enumerable.Range(0, 4).Select(page => all.Skip(page * 50).Take(50)), pages);
    }

    [Fact]
    public async Task The_file_is_itself_in_history_and_audit_log()
    {
        using var admin = await _app.SignInAsync("admin@alpha.example");

        using var file = await admin.GetAsync("/o/alpha/audit/export.csv?person=u1", Token);

        var id = file.Headers.GetValues("X-Export-Id").Single();
        Assert.Equal("audit-alpha-all.csv", file.Content.Headers.ContentDisposition?.FileNameStar);
        Assert.Contains(id, await admin.GetStringAsync("/o/alpha/exports?kind=audit", Token), StringComparison.Ordinal);
        Assert.Equal(
            ["export.started", "export.finished"],
            (await EntriesAsync(admin, "?person=u1")).Where(e => (string?)e!["target"] == id).Select(e => (string)e!["action"]!));
        using var again = await admin.PostFormAsync($"/exports/{id}/again");
        Assert.Equal(HttpStatusCode.Accepted, again.StatusCode);
    }

    [Theory]
    [InlineData("?from=2026-02-01&to=2026-01-01", "to")]
    [InlineData("?from=yesterday&to=2026-01-01", "from")]
    [InlineData("?from=2026-01-01", "to")]
    [InlineData("?range=sometime", "range")]
    [InlineData("?action=%27", "action")]
    [InlineData("?workspace=beta-main", "workspace")]
    [InlineData("?person=nobody", "person")]
    public async Task A_file_that_cannot_be_made_as_asked_for_is_refused_with_the_field(string query, string field)
    {
        using var admin = await _app.SignInAsync("admin@alpha.example");

        using var answer = await admin.GetAsync($"/o/alpha/audit/export.csv{query}", Token);
        using var page = await admin.GetAsync($"/o/alpha/audit{query}", Token);

        Assert.Equal((HttpStatusCode.BadRequest, HttpStatusCode.OK), (answer.StatusCode, page.StatusCode));
        Assert.NotNull(JsonNode.Parse(await answer.Content.ReadAsStringAsync(Token))!["errors"]![field]);
    }

    [Fact]
    public async Task Where_user_level_data_is_off_people_are_pseudonyms_for_everybody()
    {
        using var admin = await _app.SignInAsync("admin@beta.example");
        await using (var scope = _app.Services.CreateAsyncScope())
        {
            await scope.ServiceProvider.GetRequiredService<AccountRegistry>().AddAsync(
                new NewAccount("auditor@works.example") { Grants = [new(GrantRole.Auditor, "beta")] }, Token);
        }

        using var opened = await admin.GetAsync("/w/beta-main/activity/c001", Token);
        await using (var db = await _app.ContextAsync())
        {
            var organization = await db.Organizations.SingleAsync(o => o.PublicId == "beta", Token);
            _app.Services.GetRequiredService<AuditLog>().Append(new AuditEntry(
                organization.Id, null, Actor.Command, "export.started", "x",
                Details: new Dictionary<string, object?> { ["users"] = new[] { "u1" }, ["kind"] = "activity" }));
        }

        using var auditor = await _app.SignInAsync("auditor@works.example");
        foreach (var client in new[] { admin, auditor })
        {
            var page = await client.GetStringAsync("/o/beta/audit", Token);
            var file = await client.GetStringAsync("/o/beta/audit/export.json", Token);
            foreach (var text in new[] { page, file })
            {
                Assert.Contains("conversation.opened", text, StringComparison.Ordinal);
                Assert.Matches("u_[0-9a-f]{16}", text);
                Assert.DoesNotContain("Albrecht", text, StringComparison.Ordinal);
                Assert.DoesNotContain("person1@", text, StringComparison.Ordinal);
                Assert.DoesNotContain("\"u1\"", WebUtility.HtmlDecode(text), StringComparison.Ordinal);
            }
        }

        var pseudonym = Pseudonym().Match(await auditor.GetStringAsync("/o/beta/audit/export.json", Token)).Value;
        Assert.NotEmpty(await EntriesAsync(auditor, $"?person={pseudonym}", "beta"));
    }

    [Fact]
    public async Task What_was_changed_or_removed_shows_in_the_chain()
    {
        using var admin = await _app.SignInAsync("admin@alpha.example");
        await FillAsync(admin);
        var chain = _app.Services.GetRequiredService<AuditChain>();
        await using var db = await _app.ContextAsync();
        var organization = (await db.Organizations.SingleAsync(o => o.PublicId == "alpha", Token)).Id;
        var last = await db.AuditEvents.Where(e => e.OrganizationId == organization).OrderBy(e => e.No).LastAsync(Token);

        Assert.Equal(new AuditChainResult(last.No, last.Hash, null, null), await chain.CheckAsync(organization, Token));

        await db.AuditEvents.Where(e => e.OrganizationId == organization && e.No == 3)
            .ExecuteUpdateAsync(set => set.SetProperty(e => e.ActorName, "somebody else"), Token);
        var changed = await chain.CheckAsync(organization, Token);
        Assert.Equal((2, AuditChainFault.Changed, 3L), (changed.Entries, changed.Fault!.Value, changed.FaultNo!.Value));

        await db.AuditEvents.Where(e => e.OrganizationId == organization && e.No == 2).ExecuteDeleteAsync(Token);
        var removed = await chain.CheckAsync(organization, Token);
        Assert.Equal((1, AuditChainFault.Missing, 2L), (removed.Entries, removed.Fault!.Value, removed.FaultNo!.Value));
    }

    [Fact]
    public async Task Hostile_entries_are_text_and_unknown_actions_stand_as_they_are()
    {
        await using (var db = await _app.ContextAsync())
        {
            var organization = await db.Organizations.SingleAsync(o => o.PublicId == "alpha", Token);
            _app.Services.GetRequiredService<AuditLog>().Append(new AuditEntry(
                organization.Id, null, new Actor("key", null, "<b>=1+1</b>\r\n", "::1"), "future.thing", "\"><script>alert(1)</script>",
                Details: new Dictionary<string, object?> { ["<i>x"] = "<script>alert(2)</script>", ["long"] = new string('y', 10_000) }));
        }

        using var admin = await _app.SignInAsync("admin@alpha.example");
        var page = await admin.GetStringAsync("/o/alpha/audit", Token);
        var csv = await admin.GetStringAsync("/o/alpha/audit/export.csv", Token);

        Assert.Contains("future.thing", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<script>alert", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<b>=1", page, StringComparison.Ordinal);
        Assert.DoesNotContain(new string('y', 300), page, StringComparison.Ordinal);
        Assert.Contains(new string('y', 10_000), csv, StringComparison.Ordinal);
    }

    [GeneratedRegex("u_[0-9a-f]{16}")]
    private static partial Regex Pseudonym();

    [GeneratedRegex("<li class=\"audit-entry\" data-no=\"(?<no>[0-9]+)\"")]
    private static partial Regex EntryNumbers();

    private static List<long> Numbers(string html) =>
        [.. EntryNumbers().Matches(html).Select(m => long.Parse(m.Groups["no"].Value, CultureInfo.InvariantCulture))];

    private static async Task<JsonArray> EntriesAsync(HttpClient client, string query, string organization = "alpha") =>
        JsonNode.Parse(await client.GetStringAsync($"/o/{organization}/audit/export.json{query}", Token))!["entries"]!.AsArray();

    /// <summary>Conversations of u0 and u1, exports of u1 and u3, a refusal.</summary>
    private async Task FillAsync(HttpClient admin)
    {
        foreach (var path in new[]
        {
            "/w/alpha-main/activity/c000", "/w/alpha-main/activity/c001",
            "/w/alpha-main/activity/export.json?from=2026-01-01&to=2026-01-31&user=u1&user=u3",
            "/w/alpha-main/activity/export.json?from=2026-01-01&to=2026-01-31&app=app0",
        })
        {
            using var answer = await admin.GetAsync(path, Token);
            await answer.Content.ReadAsStringAsync(Token);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        }

        using var member = await _app.SignInAsync("member@alpha.example");
        using var refused = await member.GetAsync("/w/alpha-main/activity", Token);
        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
    }
}
