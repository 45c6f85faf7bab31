using System.Net;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using UsageAdmin.Accounts;
using UsageAdmin.Data.Schema;
using UsageAdmin.Exports;
using UsageAdmin.Organizations;
using UsageAdmin.Tests.Support;

namespace UsageAdmin.Tests.Exports;

public sealed class ExportEndpointsTests(UsageAdminApp app) : IClassFixture<UsageAdminApp>
{
    private static readonly string[] Accounts =
    [
        "admin@alpha.example", "outside@alpha.example", "wsadmin@alpha.example", "member@alpha.example",
        "operator@example", "admin@beta.example", "admin@gamma.example", "wsadmin@gamma.example",
    ];

    [Fact]
    public async Task The_state_of_an_export_is_told_as_json()
    {
        var file = await MakeAsync("org-analytics");

        using var state = await StateAsync(file.Id);

        var json = state.RootElement;
        Assert.Equal(
            [
                "id", "kind", "format", "origin", "state", "createdAt", "startedAt", "finishedAt", "expiresAt", "rows", "bytes",
                "sha256", "fileName", "parameters", "totals", "failure", "doneRows", "expectedRows", "fileUrl",
            ],
            json.EnumerateObject().Select(p => p.Name));
        Assert.Equal((file.Id, "org-analytics", "csv", "browser", "finished"), (
            json.GetProperty("id").GetString(), json.GetProperty("kind").GetString(), json.GetProperty("format").GetString(),
            json.GetProperty("origin").GetString(), json.GetProperty("state").GetString()));
        Assert.Equal((10, file.Bytes, file.Sha256), (
            json.GetProperty("rows").GetInt64(), json.GetProperty("bytes").GetInt64(), json.GetProperty("sha256").GetString()));
        Assert.Equal("org-analytics-usage-2026-01-01.csv", json.GetProperty("fileName").GetString());
        Assert.Equal("2026-01-01", json.GetProperty("parameters").GetProperty("from").GetString());
        Assert.Equal(45, json.GetProperty("totals").GetProperty("sum").GetInt64());
        Assert.Equal(JsonValueKind.Null, json.GetProperty("failure").ValueKind);
        Assert.Equal($"/exports/{file.Id}/file", json.GetProperty("fileUrl").GetString());
        Assert.InRange((Time(json, "expiresAt") - Time(json, "finishedAt")).TotalDays, 6.99, 7.01);
        Assert.Matches(@"\A\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z\z", json.GetProperty("createdAt").GetString());
    }

    [Fact]
    public async Task Its_file_is_served_again_and_that_is_audited_before_the_first_byte()
    {
        var file = await MakeAsync("users");
        using var client = await app.SignInAsync("wsadmin@alpha.example");

        using var again = await client.GetAsync(
            FileOf(file.Id), HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);

        await using var db = await app.ContextAsync();
        var last = await db.AuditEvents.OrderBy(e => e.No)
            .LastAsync(e => e.Target == file.Id, TestContext.Current.CancellationToken);
        Assert.Equal(("export.downloaded", "wsadmin@alpha.example"), (last.Action, last.ActorName));
        Assert.Equal(
            SomeExports.BytesOf(10), await again.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
        Assert.Equal("text/csv; charset=utf-8", again.Content.Headers.ContentType?.ToString());
        Assert.Equal("users-usage-2026-01-01.csv", again.Content.Headers.ContentDisposition?.FileNameStar);
        Assert.Equal($"\"{file.Sha256}\"", again.Headers.ETag?.ToString());
        Assert.Equal(file.Id, again.Headers.GetValues("X-Export-Id").Single());
    }

    [Theory]
    [InlineData("activity", Right.ExportActivity, "alpha-main")]
    [InlineData("org-analytics", Right.ExportAnalytics, "alpha")]
    [InlineData("users", Right.ExportUsage, "alpha-main")]
    [InlineData("models", Right.ExportUsage, "alpha-main")]
    [InlineData("activity", Right.ExportActivity, "gamma-main")]
    [InlineData("org-analytics", Right.ExportAnalytics, "gamma")]
    [InlineData("users", Right.ExportUsage, "gamma-main")]
    public async Task Whoever_may_make_an_export_of_its_kind_may_see_it(string kind, Right right, string place)
    {
        var file = await MakeAsync(kind, place);
        var rights = app.Services.GetRequiredService<Rights>();
        foreach (var email in Accounts)
        {
            var decision = await rights.DecideAsync(
                await app.PrincipalAsync(email), right, place, TestContext.Current.CancellationToken);
            var (status, type) = decision switch
            {
                RightDecision.NotFound => (HttpStatusCode.NotFound, "not-found"),
                RightDecision.Forbidden => (HttpStatusCode.Forbidden, "forbidden"),
                RightDecision.FeatureDisabled => (HttpStatusCode.Forbidden, "feature-disabled"),
                _ => (HttpStatusCode.OK, null),
            };
            using var client = await app.SignInAsync(email);
            foreach (var url in new[] { StateOf(file.Id), FileOf(file.Id) })
            {
                using var answer = await client.GetAsync(url, TestContext.Current.CancellationToken);

                Assert.True(status == answer.StatusCode, $"{email} {url}: {answer.StatusCode} instead of {status}");
                Assert.Equal(type, await TypeAsync(answer));
            }
        }
    }

    [Theory]
    [InlineData("application/json")]
    [InlineData("text/html")]
    public async Task What_belongs_to_somebody_else_answers_as_what_does_not_exist(string accept)
    {
        var file = await MakeAsync("org-analytics");

        foreach (var url in new Func<string, Uri>[] { StateOf, FileOf })
        {
            var foreign = await AskAsync(url(file.Id), accept);

            Assert.StartsWith("404", foreign, StringComparison.Ordinal);
            Assert.Equal(foreign, await AskAsync(url("0123456789"), accept));
        }
    }

    [Theory]
    [InlineData("..%2F..%2Fusageadmin.db")]
    [InlineData("..%5C..")]
    [InlineData("%00")]
    [InlineData("a.csv")]
    [InlineData("'%20OR%201=1--")]
    [InlineData("%F0%9F%98%80")]
    public async Task Hostile_ids_are_unknown(string id)
    {
        using var client = await app.SignInAsync("admin@alpha.example");

        using var state = await client.GetAsync(StateOf(id), TestContext.Current.CancellationToken);
        using var file = await client.GetAsync(FileOf(id), TestContext.Current.CancellationToken);

        Assert.All([state, file], answer => Assert.True(
            answer.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.BadRequest, $"{answer.StatusCode}"));
    }

    [Fact]
    public async Task Without_sign_in_nothing_is_told()
    {
        var file = await MakeAsync("org-analytics");
        using var client = app.NewClient();

        foreach (var url in new[] { StateOf(file.Id), FileOf(file.Id) })
        {
            using var answer = await client.GetAsync(url, TestContext.Current.CancellationToken);

            Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        }
    }

    [Fact]
    public async Task A_page_of_another_site_gets_nothing()
    {
        var file = await MakeAsync("org-analytics");
        using var client = await app.SignInAsync("admin@alpha.example");
        client.DefaultRequestHeaders.Add("Sec-Fetch-Site", "cross-site");

        foreach (var url in new[] { StateOf(file.Id), FileOf(file.Id) })
        {
            using var answer = await client.GetAsync(url, TestContext.Current.CancellationToken);

            Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        }
    }

    [Fact]
    public async Task An_expired_file_is_gone_also_before_it_is_deleted()
    {
        var file = await MakeAsync("org-analytics");
        await ChangeAsync(file.Id, e => e.ExpiresAtUtc = DateTime.UtcNow.AddMinutes(-1));

        await AssertFileAsync(file.Id, HttpStatusCode.Gone, "export-expired");

        await ChangeAsync(file.Id, e => e.FileName = null);
        await AssertFileAsync(file.Id, HttpStatusCode.Gone, "export-expired");
    }

    [Fact]
    public async Task A_file_that_somebody_took_away_is_gone()
    {
        var file = await MakeAsync("org-analytics");
        File.Delete(file.Path);
        using var client = await app.SignInAsync("admin@alpha.example");

        using var answer = await client.GetAsync(FileOf(file.Id), TestContext.Current.CancellationToken);

        Assert.Equal((HttpStatusCode.Gone, "export-expired"), (answer.StatusCode, await TypeAsync(answer)));
    }

    [Theory]
    [InlineData(ExportState.Queued)]
    [InlineData(ExportState.Running)]
    [InlineData(ExportState.Failed)]
    [InlineData(ExportState.Cancelled)]
    [InlineData(ExportState.Interrupted)]
    public async Task An_export_that_is_not_finished_has_no_file_yet(ExportState state)
    {
        var file = await MakeAsync("org-analytics");
        await ChangeAsync(file.Id, e => (e.State, e.FileName) = (state, null));

        await AssertFileAsync(file.Id, HttpStatusCode.Conflict, "export-not-finished");
        using var client = await app.SignInAsync("admin@alpha.example");
        using var answer = await client.GetAsync(FileOf(file.Id), TestContext.Current.CancellationToken);
        Assert.Equal(
            state is ExportState.Queued or ExportState.Running ? TimeSpan.FromSeconds(2) : null, answer.Headers.RetryAfter?.Delta);
        using var told = await StateAsync(file.Id);
        Assert.Equal($"{state}".ToLowerInvariant(), told.RootElement.GetProperty("state").GetString());
    }

    [Fact]
    public async Task An_export_that_was_streamed_has_no_file()
    {
        using var client = await app.SignInAsync("admin@alpha.example");
        using var live = await client.GetAsync(
            new Uri("/w/alpha-main/activity/export.json?from=2026-01-01&to=2026-01-31", UriKind.Relative),
            TestContext.Current.CancellationToken);
        await live.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken);

        await AssertFileAsync(live.Headers.GetValues("X-Export-Id").Single(), HttpStatusCode.NotFound, "not-found");
    }

    [Fact]
    public async Task A_file_that_names_people_cannot_be_had_while_user_level_data_is_off()
    {
        await using var own = await UsageAdminApp.StartAsync();
        var identified = await MakeAsync("users", own);
        var pseudonymous = await MakeAsync("users", own, privacy: "pseudonymous");
        var models = await MakeAsync("models", own);
        var audit = await MakeAsync("audit", own, "alpha");
        var auditOfNobody = await MakeAsync("audit", own, "alpha", "pseudonymous");
        using var client = await own.SignInAsync("wsadmin@alpha.example");
        using var auditor = await own.SignInAsync("admin@alpha.example");
        await using var db = await own.ContextAsync();
        var workspace = db.Workspaces.Where(w => w.PublicId == "alpha-main");

        await workspace.ExecuteUpdateAsync(
            set => set.SetProperty(w => w.UserLevelData, false), TestContext.Current.CancellationToken);

        Assert.Equal("410 export-names-people", await AskFileAsync(client, identified));
        Assert.Equal("410 export-names-people", await AskFileAsync(auditor, audit));
        Assert.Equal("200", await AskFileAsync(client, pseudonymous));
        Assert.Equal("200", await AskFileAsync(client, models));
        Assert.Equal("200", await AskFileAsync(auditor, auditOfNobody));

        await workspace.ExecuteUpdateAsync(
            set => set.SetProperty(w => w.UserLevelData, true), TestContext.Current.CancellationToken);
        Assert.Equal("200", await AskFileAsync(client, identified));
    }

    private static async Task<string> AskFileAsync(HttpClient client, ExportFile file)
    {
        using var answer = await client.GetAsync(FileOf(file.Id), TestContext.Current.CancellationToken);
        return $"{(int)answer.StatusCode} {await TypeAsync(answer)}".Trim();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_state_names_nobody_once_user_level_data_is_off(bool ofOrganization)
    {
        await using var own = await UsageAdminApp.StartAsync();
        var file = await MakeAsync("activity", own);
        await using var db = await own.ContextAsync();
        await db.Exports.Where(e => e.PublicId == file.Id).ExecuteUpdateAsync(
            set => set.SetProperty(e => e.Parameters, """{"users":["anna@alpha.example"],"privacy":"identified"}"""),
            TestContext.Current.CancellationToken);
        using var session = await own.SignInAsync("admin@alpha.example");
        using var key = own.ClientWith((await own.MakeKeyAsync(ApiScopes.ActivityExport)).Text);
        Assert.Contains(
            "anna@alpha.example", await session.GetStringAsync(StateOf(file.Id), TestContext.Current.CancellationToken),
            StringComparison.Ordinal);

        await db.Organizations.Where(o => o.PublicId == "alpha").ExecuteUpdateAsync(
            set => set.SetProperty(o => o.UserLevelData, !ofOrganization), TestContext.Current.CancellationToken);
        await db.Workspaces.Where(w => w.PublicId == "alpha-main").ExecuteUpdateAsync(
            set => set.SetProperty(w => w.UserLevelData, ofOrganization), TestContext.Current.CancellationToken);

        foreach (var client in new[] { session, key })
        {
            var told = await client.GetStringAsync(StateOf(file.Id), TestContext.Current.CancellationToken);

            Assert.DoesNotContain("anna", told, StringComparison.Ordinal);
            Assert.Matches(@"""users"":\[""u_[0-9a-f]{16}""\]", told);
        }
    }

    private static Uri StateOf(string id) => new($"/exports/{id}", UriKind.Relative);

    private static Uri FileOf(string id) => new($"/exports/{id}/file", UriKind.Relative);

    private static DateTimeOffset Time(JsonElement json, string name) => json.GetProperty(name).GetDateTimeOffset();

    private static async Task<string?> TypeAsync(HttpResponseMessage answer)
    {
        if (answer.IsSuccessStatusCode)
        {
            return null;
        }

        using var problem = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        return problem.RootElement.GetProperty("type").GetString();
    }

    private async Task<string> AskAsync(Uri url, string accept)
    {
        using var client = await app.SignInAsync("admin@beta.example");
        client.DefaultRequestHeaders.Accept.ParseAdd(accept);
        using var answer = await client.GetAsync(url, TestContext.Current.CancellationToken);
        return await Answer.ReadAsync(answer);
    }

    private async Task<JsonDocument> StateAsync(string id)
    {
        using var client = await app.SignInAsync("admin@alpha.example");
        return JsonDocument.Parse(await client.GetStringAsync(StateOf(id), TestContext.Current.CancellationToken));
    }

    /// <summary>Also that the state names no file.</summary>
    private async Task AssertFileAsync(string id, HttpStatusCode status, string type)
    {
        using var client = await app.SignInAsync("admin@alpha.example");
        using var answer = await client.GetAsync(FileOf(id), TestContext.Current.CancellationToken);
        using var state = await StateAsync(id);

        Assert.Equal((status, type), (answer.StatusCode, await TypeAsync(answer)));
        Assert.Equal(JsonValueKind.Null, state.RootElement.GetProperty("fileUrl").ValueKind);
    }

    private async Task ChangeAsync(string id, Action<Export> change)
    {
        await using var db = await app.ContextAsync();
        change(await db.Exports.SingleAsync(e => e.PublicId == id, TestContext.Current.CancellationToken));
        await db.SaveChangesAsync(TestContext.Current.CancellationToken);
    }

    private Task<ExportFile> MakeAsync(string kind, string? place = null, string privacy = "identified") =>
        MakeAsync(kind, app, place, privacy);

    /// <param name="place">A workspace, or the organisation for <c>org-analytics</c>; null: alpha's.</param>
    private static async Task<ExportFile> MakeAsync(
        string kind, UsageAdminApp app, string? place = null, string privacy = "identified")
    {
        place ??= kind == "org-analytics" ? "alpha" : "alpha-main";
        await using var db = await app.ContextAsync();
        var workspace = await db.Workspaces.SingleOrDefaultAsync(w => w.PublicId == place, TestContext.Current.CancellationToken);
        var organization = await db.Organizations.SingleAsync(
            o => workspace == null ? o.PublicId == place : o.Id == workspace.OrganizationId, TestContext.Current.CancellationToken);
        return await app.Services.GetRequiredService<ExportFiles>().MakeAsync(
            SomeExports.Csv(organization, workspace, SomeExports.Rows(10), kind, privacy, Actor.Command),
            TestContext.Current.CancellationToken);
    }
}
