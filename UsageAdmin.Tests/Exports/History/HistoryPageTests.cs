using System.Net;
using System.Text.RegularExpressions;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using UsageAdmin.Accounts;
using UsageAdmin.Data.Schema;
using UsageAdmin.Exports;
using UsageAdmin.Exports.History;
using UsageAdmin.Organizations;
using UsageAdmin.Tests.Support;

namespace UsageAdmin.Tests.Exports.History;

public sealed partial class HistoryPageTests : IAsyncLifetime
{
    private UsageAdminApp _app = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _app = await UsageAdminApp.StartAsync();

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    [Fact]
    public async Task Everybody_sees_the_kinds_that_they_have_the_right_to()
    {
        await AddAccountsAsync();
        var names = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (kind, place) in new[]
        {
            ("activity", "alpha-main"), ("users", "alpha-main"), ("activity", "alpha-lab"), ("models", "alpha-lab"),
            ("org-analytics", "alpha"), ("audit", "alpha"), ("activity", "beta-main"), ("org-analytics", "beta"),
        })
        {
            names.Add(await MakeAsync(kind, place), $"{kind} {place}");
        }

        Dictionary<string, (string Main, string Lab, string Organization)> expected = new(StringComparer.Ordinal)
        {
            ["admin@alpha.example"] = (
                "activity alpha-main, users alpha-main", "activity alpha-lab, models alpha-lab",
                "activity alpha-lab, activity alpha-main, audit alpha, models alpha-lab, org-analytics alpha, users alpha-main"),
            ["outside@alpha.example"] = ("Forbidden", "Forbidden", "audit alpha, org-analytics alpha"),
            ["wsadmin@alpha.example"] = ("users alpha-main", "models alpha-lab", "models alpha-lab, users alpha-main"),
            ["member@alpha.example"] = ("Forbidden", "Forbidden", "Forbidden"),
            ["auditor@alpha.example"] = ("Forbidden", "Forbidden", "audit alpha"),
            ["restricted@alpha.example"] = ("activity alpha-main", "Forbidden", "activity alpha-main, audit alpha"),
            ["lab@alpha.example"] = ("NotFound", "models alpha-lab", "models alpha-lab"),
            ["operator@example"] = ("NotFound", "NotFound", "NotFound"),
            ["admin@beta.example"] = ("NotFound", "NotFound", "NotFound"),
        };
        foreach (var (email, (main, lab, organization)) in expected)
        {
            using var client = await _app.SignInAsync(email);
            var seen = new List<string>();
            foreach (var page in new[] { "/w/alpha-main/exports", "/w/alpha-lab/exports", "/o/alpha/exports" })
            {
                using var answer = await client.GetAsync(page, Token);
                var ids = Rows(await answer.Content.ReadAsStringAsync(Token));
                seen.Add(answer.IsSuccessStatusCode
                    ? string.Join(", ", ids.Select(id => names[id]).Order(StringComparer.Ordinal))
                    : $"{answer.StatusCode}");
            }

            Assert.Equal((email, main, lab, organization), (email, seen[0], seen[1], seen[2]));
        }
    }

    [Fact]
    public async Task The_filters_of_the_address_narrow_the_history()
    {
        var activity = await MakeAsync("activity", "alpha-main");
        var users = await MakeAsync("users", "alpha-main");
        var failed = await MakeAsync("users", "alpha-main", change: e => (e.State, e.ActorName) = (ExportState.Failed, "100%_sure"));
        var api = await MakeAsync("activity", "alpha-main", change: e => (e.Origin, e.ActorName) = (ExportOrigin.Api, "night job"));

        foreach (var (query, expected) in new (string, string[])[]
        {
            ("", [api, failed, users, activity]), ("?kind=activity", [api, activity]), ("?state=failed", [failed]),
            ("?way=api", [api]), ("?who=NIGHT", [api]), ("?who=%25_s", [failed]), ("?who=_", [failed]),
            ("?kind=users&state=finished", [users]), ("?kind=nonsense&state=7&way=&page=0", [api, failed, users, activity]),
            ("?who=nobody", []), ($"?id={failed}", [failed]), ("?page=2", []),
        })
        {
            Assert.Equal(expected, await IdsAsync($"/w/alpha-main/exports{query}"));
        }
    }

    [Fact]
    public async Task Fifty_stand_on_a_page_newest_first()
    {
        var made = new List<string>();
        for (var i = 0; i < HistoryView.PageSize + 1; i++)
        {
            made.Insert(0, await MakeAsync("activity", "alpha-main"));
        }

        Assert.Equal(made.Take(50), await IdsAsync("/w/alpha-main/exports"));
        Assert.Equal(made.Skip(50), await IdsAsync("/w/alpha-main/exports?page=2"));
    }

    [Fact]
    public async Task What_an_export_was_narrowed_to_is_named_and_hostile_names_are_text()
    {
        await using (var db = await _app.ContextAsync())
        {
            var organization = await db.Organizations.SingleAsync(o => o.PublicId == "alpha", Token);
            db.Add(new User { OrganizationId = organization.Id, PublicId = "u1", Name = "<script>alert(1)</script>", Email = "a@x.example" });
            db.Add(new User { OrganizationId = organization.Id, PublicId = "u2", Name = new string('x', 10_000), Email = "b@x.example" });
            await db.SaveChangesAsync(Token);
        }

        await MakeAsync("activity", "alpha-main", change: e =>
        {
            e.Parameters = """{"from":"2026-01-01","to":"2026-01-31","users":["u1","u2","u3","u4","u5","u6","<i>u7"],"flag":"any","privacy":"identified"}""";
            e.ActorName = "\u202eevil <b>key</b>";
        });

        var page = await PageAsync("/w/alpha-main/exports");

        Assert.Contains("&lt;script&gt;alert(1)&lt;/script&gt;", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<script>alert(1)", page, StringComparison.Ordinal);
        Assert.DoesNotContain("evil <b>", page, StringComparison.Ordinal);
        Assert.DoesNotContain(new string('x', 500), page, StringComparison.Ordinal);
        Assert.Contains("1 – 31 Jan 2026", WebUtility.HtmlDecode(page), StringComparison.Ordinal);
        Assert.Contains("and 2 more", page, StringComparison.Ordinal);
        Assert.Contains(
            "/w/alpha-main/activity?from=2026-01-01&amp;to=2026-01-31&amp;user=u1&amp;user=u2", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Where_user_level_data_is_off_nobody_is_named()
    {
        await using (var db = await _app.ContextAsync())
        {
            var organization = await db.Organizations.SingleAsync(o => o.PublicId == "beta", Token);
            db.Add(new User { OrganizationId = organization.Id, PublicId = "annabella-id", Name = "Annabella", Email = "annabella@x.example" });
            await db.SaveChangesAsync(Token);
        }

        await MakeAsync("activity", "beta-main", change: e =>
            e.Parameters = """{"from":"2026-01-01","to":"2026-01-31","users":["annabella-id"],"privacy":"identified"}""");

        var page = await PageAsync("/w/beta-main/exports", "admin@beta.example");

        Assert.DoesNotContain("annabella", page, StringComparison.OrdinalIgnoreCase);
        Assert.Matches("u_[0-9a-f]{16}", page);
        Assert.DoesNotContain("/file\"", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_strict_workspace_makes_people_pseudonyms_in_what_is_of_the_whole_organisation()
    {
        await using var db = await _app.ContextAsync();
        var organization = await db.Organizations.SingleAsync(o => o.PublicId == "alpha", Token);
        db.Add(new User { OrganizationId = organization.Id, PublicId = "annabella-id", Name = "Annabella", Email = "annabella@x.example" });
        await db.SaveChangesAsync(Token);
        const string parameters = """{"users":["annabella-id"],"privacy":"identified"}""";
        var audit = await MakeAsync("audit", "alpha", change: e => e.Parameters = parameters);
        await MakeAsync("activity", "alpha-main", change: e => e.Parameters = parameters);
        Assert.Contains("Annabella", await PageAsync("/o/alpha/exports?kind=audit"), StringComparison.Ordinal);

        await db.Workspaces.Where(w => w.PublicId == "alpha-lab")
            .ExecuteUpdateAsync(set => set.SetProperty(w => w.UserLevelData, false), Token);
        var page = await PageAsync("/o/alpha/exports?kind=audit");
        var state = await PageAsync($"/exports/{audit}");
        await using var scope = _app.Services.CreateAsyncScope();
        var admin = await _app.PrincipalAsync("admin@alpha.example");
        var seen = await scope.ServiceProvider.GetRequiredService<Rights>().SeenExportsAsync(admin, organization, Token);
        var details = await scope.ServiceProvider.GetRequiredService<ExportHistory>()
            .DetailsAsync(new HistoryScope(organization, null, seen), audit, Token);

        foreach (var text in new[] { page, state, string.Join(' ', details!.Parameters.Select(p => p.Value)) })
        {
            Assert.DoesNotContain("annabella", text, StringComparison.OrdinalIgnoreCase);
            Assert.Matches("u_[0-9a-f]{16}", text);
        }

        Assert.Contains("Annabella", await PageAsync("/w/alpha-main/exports"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Where_exports_are_off_the_history_stays_without_what_it_could_do()
    {
        await MakeAsync("activity", "gamma-main");

        var page = await PageAsync("/w/gamma-main/exports", "admin@gamma.example");

        Assert.Single(Rows(page));
        Assert.DoesNotContain("/file\"", page, StringComparison.Ordinal);
        Assert.DoesNotContain("/again\"", page, StringComparison.Ordinal);
        Assert.Contains("switched off", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Where_exports_are_off_an_empty_history_leads_to_no_menu()
    {
        var page = await PageAsync("/w/gamma-main/exports", "admin@gamma.example");

        Assert.Contains("switched off", page, StringComparison.Ordinal);
        Assert.DoesNotContain("Choose a range", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_row_offers_what_can_be_done_with_it()
    {
        var finished = await MakeAsync("activity", "alpha-main");
        var running = await MakeAsync("activity", "alpha-main", change: e => (e.State, e.FinishedAtUtc) = (ExportState.Queued, null));
        var gone = await MakeAsync("users", "alpha-main", change: e => e.FileName = null);

        var page = await PageAsync("/w/alpha-main/exports");

        string[] actions = ["file", "cancel", "again"];
        Assert.Equal(
            [("file", finished), ("cancel", running), ("again", finished), ("again", gone)],
            actions.SelectMany(a => new[] { finished, running, gone }
                .Where(id => page.Contains($"/exports/{id}/{a}\"", StringComparison.Ordinal)).Select(id => (a, id))));
        Assert.Contains("/w/alpha-main/usage?from=2026-01-01", page, StringComparison.Ordinal);
    }

    [GeneratedRegex("id=\"export-(?<id>[0-9a-f]{24})\"")]
    private static partial Regex RowIds();

    private static string[] Rows(string html) => [.. RowIds().Matches(html).Select(m => m.Groups["id"].Value)];

    private async Task<string[]> IdsAsync(string address) => Rows(await PageAsync(address));

    private async Task<string> PageAsync(string address, string email = "admin@alpha.example")
    {
        using var client = await _app.SignInAsync(email);
        using var answer = await client.GetAsync(address, Token);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return await answer.Content.ReadAsStringAsync(Token);
    }

    /// <param name="place">A workspace, or an organisation.</param>
    private async Task<string> MakeAsync(string kind, string place, Action<Export>? change = null)
    {
        await using var db = await _app.ContextAsync();
        var workspace = await db.Workspaces.SingleOrDefaultAsync(w => w.PublicId == place, Token);
        var organization = await db.Organizations.SingleAsync(
            o => workspace == null ? o.PublicId == place : o.Id == workspace.OrganizationId, Token);
        var export = SomeExports.Csv(organization, workspace, SomeExports.Rows(10), kind, actor: Actor.Command);
        var made = await _app.Services.GetRequiredService<ExportFiles>().MakeAsync(
            export with
            {
                Start = export.Start with
                {
                    Parameters = new Dictionary<string, object?> { ["from"] = "2026-01-01", ["to"] = "2026-01-31", ["privacy"] = "identified" },
                },
            }, Token);
        var row = await db.Exports.SingleAsync(e => e.PublicId == made.Id, Token);
        change?.Invoke(row);
        await db.SaveChangesAsync(Token);
        return made.Id;
    }

    /// <summary>Kinds of accounts that the demo does not have.</summary>
    private async Task AddAccountsAsync()
    {
        await using var scope = _app.Services.CreateAsyncScope();
        var accounts = scope.ServiceProvider.GetRequiredService<AccountRegistry>();
        await accounts.AddAsync(new NewAccount("auditor@alpha.example") { Grants = [new(GrantRole.Auditor, "alpha")] }, Token);
        await accounts.AddAsync(new NewAccount("restricted@alpha.example")
        {
            Grants = [new(GrantRole.OrganizationAdminWithoutAnalytics, "alpha"), new(GrantRole.WorkspaceMember, WorkspaceId: "alpha-main")],
        }, Token);
        await accounts.AddAsync(
            new NewAccount("lab@alpha.example") { Grants = [new(GrantRole.WorkspaceAdmin, WorkspaceId: "alpha-lab")] }, Token);
    }
}
