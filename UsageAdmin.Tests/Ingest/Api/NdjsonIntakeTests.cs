using System.Globalization;
using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using UsageAdmin.Accounts.Keys;
using UsageAdmin.Data.Schema;
using UsageAdmin.Organizations;
using UsageAdmin.Tests.Support;

namespace UsageAdmin.Tests.Ingest.Api;

/// <summary><c>POST /api/ingest/v1</c>. Every answer is also held against the OpenAPI document.</summary>
public sealed class NdjsonIntakeTests(UsageAdminApp app) : IClassFixture<UsageAdminApp>, IAsyncLifetime
{
    private const string Path = "/api/ingest/v1";

    private readonly string _source = $"chat-{Guid.NewGuid():N}";
    private ApiDescription _description = null!;
    private HttpClient _client = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private string Header => $$"""{"type":"header","format":"usageadmin-ndjson","version":1,"source":"{{_source}}"}""";

    public async ValueTask InitializeAsync()
    {
        _description = await ApiDescription.LoadAsync(app);
        _client = app.ClientWith((await app.MakeKeyAsync(ApiScopes.Ingest)).Text);
    }

    public ValueTask DisposeAsync()
    {
        _client.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task Records_come_in_and_the_answer_says_what_they_did()
    {
        var (answer, json) = await PostAsync(_client, Text([.. Conversation("c1", 2), """{"type":"message","id":"m9"}"""]));

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal((_source, "finished"), (json.GetProperty("source").GetString(), json.GetProperty("state").GetString()));
        Assert.Equal((1, 0, 0), Counts(json, "conversations"));
        Assert.Equal((2, 0, 0), Counts(json, "messages"));
        Assert.Equal(
            """{"count":1,"first":[{"line":5,"code":"missing-field","field":"conversation_id","reason":"conversation_id is missing."}]}""",
            json.GetProperty("refused").GetRawText());
        Assert.Equal("""{"count":1,"first":["user u1"]}""", json.GetProperty("stubs").GetRawText());
        Assert.Equal("""["2026-01"]""", json.GetProperty("monthsMoved").GetRawText());
        Assert.Equal("2026-01-05T10:00:02.000Z", json.GetProperty("dataUntil").GetString());
        Assert.True(answer.Headers.CacheControl?.NoStore);
    }

    [Fact]
    public async Task Sending_it_again_changes_nothing()
    {
        var body = Text([.. Conversation("c1", 3), .. Conversation("c2", 1)]);
        await PostAsync(_client, body);

        var (_, json) = await PostAsync(_client, body);

        Assert.Equal((0, 0, 2), Counts(json, "conversations"));
        Assert.Equal((0, 0, 4), Counts(json, "messages"));
        Assert.Empty(json.GetProperty("monthsMoved").EnumerateArray());
    }

    [Fact]
    public async Task It_is_in_the_audit_log_with_its_key_and_without_content()
    {
        var (_, json) = await PostAsync(_client, Text([.. Conversation("c1", 1)]));

        var import = json.GetProperty("import").GetInt64();
        await using var db = await app.ContextAsync();
        var target = import.ToString(CultureInfo.InvariantCulture);
        var entry = await db.AuditEvents.SingleAsync(e => e.Action == "import.finished" && e.Target == target, Cancel);
        Assert.Equal("key", entry.Actor);
        Assert.StartsWith("Some key (ua_live_", entry.ActorName, StringComparison.Ordinal);
        Assert.Contains("\"conversations\":{\"created\":1,", entry.Details, StringComparison.Ordinal);
        Assert.DoesNotContain("hello", entry.Details, StringComparison.Ordinal);
        var row = await db.Imports.SingleAsync(i => i.Id == import, Cancel);
        Assert.Equal((ImportState.Finished, "ndjson", "api-ingest-v1"), (row.State, row.Format, row.FileName));
    }

    [Theory]
    [InlineData("gzip", "application/x-ndjson")]
    [InlineData("GZIP", "Application/X-NDJSON; charset=UTF-8")]
    [InlineData("x-gzip", "application/x-ndjson; charset=\"utf-8\"")]
    [InlineData("identity", "application/x-ndjson")]
    public async Task Bodies_may_be_compressed(string encoding, string type)
    {
        var text = Encoding.UTF8.GetBytes(Text([.. Conversation("c1", 2)]));

        var (answer, json) = await PostAsync(_client, encoding == "identity" ? text : Gzip(text), type, encoding);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal((2, 0, 0), Counts(json, "messages"));
    }

    [Fact]
    public async Task The_key_says_which_workspace_it_goes_to()
    {
        using var client = app.ClientWith((await app.MakeKeyAsync(ApiScopes.Ingest, "gamma-main")).Text);

        await PostAsync(client, Text("""{"type":"project","id":"p1","workspace_id":"alpha-main","name":"Mine"}"""));

        await using var db = await app.ContextAsync();
        var source = await db.Sources.SingleAsync(s => s.Name == _source, Cancel);
        Assert.Equal((await app.WorkspaceAsync("gamma-main")).Workspace.Id, source.WorkspaceId);
    }

    [Fact]
    public async Task The_address_can_name_another_source_than_the_header()
    {
        var (_, json) = await PostAsync(_client, Text(), query: $"?source={_source}%20two");

        Assert.Equal($"{_source} two", json.GetProperty("source").GetString());
    }

    [Theory]
    [InlineData("", "application/x-ndjson", "", 401, "invalid-key")]
    [InlineData("wrong", "application/x-ndjson", "", 401, "invalid-key")]
    [InlineData("revoked", "application/x-ndjson", "", 401, "invalid-key")]
    [InlineData("scopeless", "application/x-ndjson", "", 403, "forbidden")]
    [InlineData("good", "application/json", "", 415, "unsupported-media-type")]
    [InlineData("good", "application/x-ndjson; charset=utf-16", "", 415, "unsupported-media-type")]
    [InlineData("good", null, "", 415, "unsupported-media-type")]
    [InlineData("good", "application/x-ndjson", "br", 415, "unsupported-media-type")]
    [InlineData("good", "application/x-ndjson", "gzip, gzip", 415, "unsupported-media-type")]
    [InlineData("good", "application/x-ndjson", "gzip", 400, "invalid-header")]
    [InlineData("good", "application/x-ndjson", "?source=", 400, "invalid-request")]
    [InlineData("good", "application/x-ndjson", "?source=a&source=b", 400, "invalid-request")]
    [InlineData("good", "application/x-ndjson", "?source=a%00b", 400, "invalid-request")]
    public async Task What_is_wrong_is_told_and_nothing_is_stored(string key, string? type, string encoding, int status, string problem)
    {
        using var client = await ClientAsync(key);
        var query = encoding.StartsWith('?') ? encoding : "";

        var (answer, json) = await PostAsync(
            client, Encoding.UTF8.GetBytes(Text([.. Conversation("c1", 1)])), type, query.Length > 0 ? "" : encoding, query);

        Assert.Equal(status, (int)answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        Assert.Equal(problem, json.GetProperty("type").GetString());
        await using var db = await app.ContextAsync();
        Assert.False(await db.Sources.AnyAsync(s => s.Name == _source, Cancel));
    }

    [Theory]
    [InlineData("")]
    [InlineData("\n")]
    [InlineData("hello\n")]
    [InlineData("""{"type":"user","id":"u1"}""")]
    [InlineData("""{"type":"header","format":"usageadmin-ndjson","version":2}""")]
    public async Task A_body_without_header_is_refused(string text)
    {
        var (answer, json) = await PostAsync(_client, text);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal("invalid-header", json.GetProperty("type").GetString());
    }

    [Theory]
    [InlineData("GET")]
    [InlineData("PUT")]
    [InlineData("DELETE")]
    public async Task Other_methods_than_post_are_refused(string method)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), Path);
        using var answer = await _client.SendAsync(request, Cancel);

        Assert.Equal((HttpStatusCode.MethodNotAllowed, "POST"), (answer.StatusCode, answer.Content.Headers.Allow.Single()));
    }

    [Fact]
    public async Task A_missing_scope_is_in_the_audit_log()
    {
        await using var own = await UsageAdminApp.StartAsync();
        using var client = own.ClientWith((await own.MakeKeyAsync(ApiScopes.UsageExport)).Text);

        await PostAsync(client, Text());

        await using var db = await own.ContextAsync();
        Assert.Equal(Path, (await db.AuditEvents.SingleAsync(e => e.Action == "access.refused", Cancel)).Target);
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public async Task A_body_over_the_limit_is_refused_also_inflated(bool isGzip, bool isChunked)
    {
        await using var own = await UsageAdminApp.StartAsync("--Ingest:MaxBodyBytes=300000");
        using var client = own.ClientWith((await own.MakeKeyAsync(ApiScopes.Ingest)).Text);
        var text = Encoding.UTF8.GetBytes(Text([.. Enumerable.Range(0, 20_000).Select(i => $$"""{"type":"project","id":"p{{i}}"}""")]));

        var (answer, json) = await PostAsync(client, isGzip ? Gzip(text) : text, encoding: isGzip ? "gzip" : "", isChunked: isChunked);

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, answer.StatusCode);
        Assert.Equal("too-large", json.GetProperty("type").GetString());
        await using var db = await own.ContextAsync();
        var stored = await db.Projects.CountAsync(Cancel);
        if (isGzip || isChunked)
        {
            Assert.Equal("failed", json.GetProperty("report").GetProperty("state").GetString());
            Assert.Equal(stored, Counts(json.GetProperty("report"), "projects").Created);
            Assert.InRange(stored, 1, 19_999);
        }
        else
        {
            Assert.Equal(0, stored);
        }
    }

    [Fact]
    public async Task A_body_that_is_cut_off_fails_and_keeps_what_came_and_can_be_sent_again()
    {
        var text = Text([.. Enumerable.Range(0, 20_000).Select(i => $$"""{"type":"project","id":"{{_source}}-{{i}}","name":"{{Guid.NewGuid()}}"}""")]);
        var whole = Gzip(Encoding.UTF8.GetBytes(text));

        var (answer, json) = await PostAsync(_client, whole[..(whole.Length / 2)], encoding: "gzip");

        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.StatusCode);
        Assert.Equal("unreadable-body", json.GetProperty("type").GetString());
        var stored = Counts(json.GetProperty("report"), "projects").Created;
        Assert.InRange(stored, 5_000, 19_999);
        var (again, counts) = await PostAsync(_client, whole, encoding: "gzip");
        Assert.Equal(HttpStatusCode.OK, again.StatusCode);
        Assert.Equal((20_000 - stored, 0, stored), Counts(counts, "projects"));
    }

    [Fact]
    public async Task Whoever_goes_away_leaves_a_failed_import_with_what_was_committed()
    {
        await using var body = new SlowBody();
        var sending = _client.SendAsync(body.Request(Path), HttpCompletionOption.ResponseHeadersRead, body.Gone);
        await body.WriteAsync(Text([.. Enumerable.Range(0, 20_000).Select(i => $$"""{"type":"project","id":"{{_source}}-{{i}}"}""")]));

        // Before the body has ended: nothing holds it as a whole.
        await Eventually.ReadAsync(StoredAsync, stored => stored >= 5_000);
        await body.GoAwayAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sending);
        var import = await Eventually.ReadAsync(LastImportAsync, import => import?.State == ImportState.Failed);
        Assert.InRange(await StoredAsync(), 5_000, 20_000);
        await Eventually.ReadAsync(
            async () =>
            {
                await using var db = await app.ContextAsync();
                return await db.AuditEvents.CountAsync(e => e.Action == "import.failed" && e.Target == $"{import!.Id}", Cancel);
            },
            count => count == 1);

        async Task<int> StoredAsync()
        {
            await using var db = await app.ContextAsync();
            return await db.Projects.CountAsync(p => p.PublicId.StartsWith(_source), Cancel);
        }
    }

    [Fact]
    public async Task A_workspace_that_sends_too_often_is_told_when_to_come_again()
    {
        await using var own = await UsageAdminApp.StartAsync("--Ingest:RequestsPerMinute=2");
        using var client = own.ClientWith((await own.MakeKeyAsync(ApiScopes.Ingest)).Text);
        using var other = own.ClientWith((await own.MakeKeyAsync(ApiScopes.Ingest, "beta-main")).Text);
        await PostAsync(client, Text());
        await PostAsync(client, Text());

        var (answer, json) = await PostAsync(client, Text());

        Assert.Equal(HttpStatusCode.TooManyRequests, answer.StatusCode);
        Assert.Equal("too-many-requests", json.GetProperty("type").GetString());
        Assert.InRange(answer.Headers.RetryAfter!.Delta!.Value.TotalSeconds, 1, 60);
        Assert.Equal(HttpStatusCode.OK, (await PostAsync(other, Text())).Answer.StatusCode);
    }

    [Fact]
    public async Task What_finds_no_place_in_time_is_sent_away_until_there_is_one()
    {
        await using var own = await UsageAdminApp.StartAsync("--Ingest:MaxWriters=1", "--Ingest:MaxWait=00:00:00");
        using var client = own.ClientWith((await own.MakeKeyAsync(ApiScopes.Ingest)).Text);
        await using var body = new SlowBody();
        var sending = client.SendAsync(body.Request(Path), Cancel);
        await body.WriteAsync(Text([.. Enumerable.Range(0, 20_000).Select(i => $$"""{"type":"project","id":"p{{i}}"}""")]));
        await Eventually.ReadAsync(
            async () =>
            {
                await using var db = await own.ContextAsync();
                return await db.Projects.CountAsync(Cancel);
            },
            stored => stored > 0);

        var (busy, json) = await PostAsync(client, Text());

        Assert.Equal(HttpStatusCode.ServiceUnavailable, busy.StatusCode);
        Assert.Equal(("busy", 5), (json.GetProperty("type").GetString(), (int)busy.Headers.RetryAfter!.Delta!.Value.TotalSeconds));
        body.End();
        Assert.Equal(HttpStatusCode.OK, (await sending).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await PostAsync(client, Text())).Answer.StatusCode);
    }

    [Fact]
    public async Task Many_at_once_all_come_in()
    {
        var sent = await Task.WhenAll(Enumerable.Range(0, 12).Select(n => PostAsync(
            _client, Text([.. Enumerable.Range(0, 300).SelectMany(i => Conversation($"c{(n * 200) + i}", 4))]))));

        Assert.All(sent, s => Assert.Equal(HttpStatusCode.OK, s.Answer.StatusCode));
        await using var db = await app.ContextAsync();
        var source = await db.Sources.SingleAsync(s => s.Name == _source, Cancel);
        Assert.Equal(2_500, await db.Imports.Where(i => i.SourceId == source.Id).SumAsync(i => i.ConversationsCreated, Cancel));
        Assert.Equal(2_500, sent.Sum(s => Counts(s.Json, "conversations").Created));
        Assert.Equal(10_000, sent.Sum(s => Counts(s.Json, "messages").Created));
    }

    private async Task<Import?> LastImportAsync()
    {
        await using var db = await app.ContextAsync();
        return await db.Imports.Where(i => db.Sources.Any(s => s.Id == i.SourceId && s.Name == _source))
            .OrderByDescending(i => i.Id).FirstOrDefaultAsync(Cancel);
    }

    private async Task<HttpClient> ClientAsync(string kind)
    {
        switch (kind)
        {
            case "":
                return app.NewClient();
            case "wrong":
                return app.ClientWith("ua_live_00000000_" + new string('A', 43));
            case "scopeless":
                return app.ClientWith((await app.MakeKeyAsync(ApiScopes.UsageExport)).Text);
            case "revoked":
                var made = await app.MakeKeyAsync(ApiScopes.Ingest);
                var (organization, workspace) = await app.WorkspaceAsync("alpha-main");
                app.Services.GetRequiredService<ApiKeys>().Revoke(organization, workspace, made.Key.KeyId, Actor.Command);
                return app.ClientWith(made.Text);
            default:
                return app.ClientWith((await app.MakeKeyAsync(ApiScopes.Ingest)).Text);
        }
    }

    private string Text(params string[] lines) => string.Join('\n', [Header, .. lines]) + "\n";

    private static IEnumerable<string> Conversation(string id, int messages) =>
    [
        $$"""{"type":"conversation","id":"{{id}}","user_id":"u1","created_at":"2026-01-05T10:00:00Z"}""",
        .. Enumerable.Range(1, messages).Select(i =>
            $$"""{"type":"message","id":"m{{i}}","conversation_id":"{{id}}","source":"{{(i % 2 == 1 ? "user" : "provider")}}","content":"hello","created_at":"2026-01-05T10:00:0{{i}}Z"}"""),
    ];

    private static (long Created, long Changed, long Unchanged) Counts(JsonElement answer, string kind) =>
        answer.GetProperty("records").GetProperty(kind) is var counts
            ? (counts.GetProperty("created").GetInt64(), counts.GetProperty("changed").GetInt64(), counts.GetProperty("unchanged").GetInt64())
            : default;

    private static byte[] Gzip(byte[] bytes)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest))
        {
            gzip.Write(bytes);
        }

        return packed.ToArray();
    }

    private Task<(HttpResponseMessage Answer, JsonElement Json)> PostAsync(HttpClient client, string text, string query = "") =>
        PostAsync(client, Encoding.UTF8.GetBytes(text), query: query);

    private async Task<(HttpResponseMessage Answer, JsonElement Json)> PostAsync(
        HttpClient client, byte[] body, string? type = "application/x-ndjson", string encoding = "", string query = "",
        bool isChunked = false)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, Path + query) { Content = new ByteArrayContent(body) };
        request.Headers.TransferEncodingChunked = isChunked;
        request.Content.Headers.ContentType = type is null ? null : MediaTypeHeaderValue.Parse(type);
        if (encoding.Length > 0)
        {
            request.Content.Headers.TryAddWithoutValidation("Content-Encoding", encoding);
        }

        var answer = await client.SendAsync(request, Cancel);
        await _description.AssertDescribesAsync(answer);
        return (answer, JsonSerializer.Deserialize<JsonElement>(await answer.Content.ReadAsStringAsync(Cancel)));
    }
}
