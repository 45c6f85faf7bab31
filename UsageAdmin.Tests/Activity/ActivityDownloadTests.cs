using System.Net;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using UsageAdmin.Data.Schema;
using UsageAdmin.Ingest;
using UsageAdmin.Organizations;
using UsageAdmin.Tests.Support;

namespace UsageAdmin.Tests.Activity;

/// <summary>A server with 20 MB of conversations in January: more than the buffers between it and a reader hold.</summary>
public sealed class ServerWithActivity : IAsyncLifetime
{
    public const int Conversations = 1000;

    public UsageAdminApp App { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        App = await UsageAdminApp.StartAsync("--Exports:MaxReaderDelay=00:00:00.3");
        await App.Services.GetRequiredService<ImportWriter>().WriteAsync(
            Enumerable.Range(0, Conversations).Select(i => Some.Conversation(
                $"c{i}", Some.Morning.AddSeconds(i), user: $"u{i % 50}", messages: Some.Message("m", new string('x', 20_000)))).ToAsyncEnumerable(),
            new ImportRequest("test", "test", "alpha-main"), TestContext.Current.CancellationToken);
    }

    public ValueTask DisposeAsync() => App.DisposeAsync();
}

public sealed class ActivityDownloadTests(ServerWithActivity server) : IClassFixture<ServerWithActivity>, IAsyncLifetime
{
    private const string January = "/w/alpha-main/activity/export.json?from=2026-01-01&to=2026-01-31";
    private const int Conversations = ServerWithActivity.Conversations;

    private readonly UsageAdminApp _app = server.App;
    private HttpClient _admin = null!;

    public async ValueTask InitializeAsync() => _admin = await _app.SignInAsync("admin@alpha.example");

    /// <summary>Mends what <see cref="BreakAsync"/> broke.</summary>
    public async ValueTask DisposeAsync()
    {
        _admin.Dispose();
        await using var db = await _app.ContextAsync();
        await db.Database.ExecuteSqlAsync(
            $"UPDATE conversation SET user_id = (SELECT min(id) FROM usage_user) WHERE user_id = 999999");
    }

    [Fact]
    public async Task The_download_is_a_file_that_no_cache_keeps()
    {
        using var answer = await _admin.GetAsync(January, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("application/json", answer.Content.Headers.ContentType?.ToString());
        Assert.Equal("attachment", answer.Content.Headers.ContentDisposition?.DispositionType);
        Assert.Equal(
            "activity-alpha-main-2026-01-01-2026-01-31.json", answer.Content.Headers.ContentDisposition?.FileNameStar);
        Assert.True(answer.Headers.CacheControl?.NoStore);
        Assert.Equal("nosniff", answer.Headers.GetValues("X-Content-Type-Options").Single());
        using var file = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        Assert.Equal(Conversations, file.RootElement.GetProperty("conversations").GetArrayLength());
    }

    [Fact]
    public async Task The_command_writes_the_same_bytes_apart_from_the_moment()
    {
        var path = Path.Combine(_app.DataDirectory, "export.json");
        var output = new StringWriter();

        var exit = await UsageAdmin.Commands.CommandLine.RunAsync(
            [
                "export", "activity", "--workspace", "alpha-main", "--from", "2026-01-01", "--to", "2026-01-31", "--out", path,
                .. _app.WhereItIs,
            ],
            output, output, TestContext.Current.CancellationToken);

        Assert.True(exit == 0, output.ToString());
        var downloaded = await _admin.GetStringAsync(January, TestContext.Current.CancellationToken);
        var written = await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken);
        Assert.Equal(WithoutMoment(downloaded), WithoutMoment(written));
        Assert.False(File.Exists(path + ".partial"));
    }

    [Fact]
    public async Task It_is_in_history_and_audit_log_before_its_first_byte_and_at_its_end()
    {
        using (var answer = await _admin.GetAsync(
            new Uri(January + "&user=u1", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken))
        {
            var started = Assert.Single(await EventsAsync(answer.Headers.GetValues("X-Export-Id").Single()), e => e.Action == "export.started");
            Assert.Equal("admin@alpha.example", started.ActorName);
            Assert.Contains("\"users\":[\"u1\"]", started.Details, StringComparison.Ordinal);
            Assert.Contains("\"privacy\":\"identified\"", started.Details, StringComparison.Ordinal);

            var bytes = await answer.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken);
            var export = await EndedAsync(answer.Headers.GetValues("X-Export-Id").Single());
            Assert.Equal((ExportState.Finished, Conversations / 50, bytes.LongLength), (export.State, export.Rows, export.Bytes));
        }

        await using var db = await _app.ContextAsync();
        var chain = await db.AuditEvents.OrderBy(e => e.OrganizationId).ThenBy(e => e.No).ToListAsync(TestContext.Current.CancellationToken);
        foreach (var organization in chain.GroupBy(e => e.OrganizationId))
        {
            var previous = "";
            Assert.All(organization.Select((e, i) => (e, i)), x => Assert.Equal(x.i + 1, x.e.No));
            Assert.All(organization, e =>
            {
                Assert.Equal(AuditLog.HashOf(e, previous), e.Hash);
                previous = e.Hash;
            });
        }
    }

    [Fact]
    public async Task Whoever_opens_a_conversation_is_in_the_audit_log()
    {
        using var answer = await _admin.GetAsync(
            new Uri("/w/alpha-main/activity/c7", UriKind.Relative), TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        var opened = Assert.Single(await EventsAsync("c7"));
        Assert.Equal(("conversation.opened", "admin@alpha.example"), (opened.Action, opened.ActorName));
        Assert.NotNull(opened.ConcernedUserId);
    }

    [Fact]
    public async Task The_last_workspace_is_where_the_start_page_leads()
    {
        foreach (var workspace in new[] { "alpha-lab", "alpha-main" })
        {
            using var page = await _admin.GetAsync(
                new Uri($"/w/{workspace}/activity", UriKind.Relative), TestContext.Current.CancellationToken);
            using var start = await _admin.GetAsync(new Uri("/", UriKind.Relative), TestContext.Current.CancellationToken);

            Assert.Equal($"/w/{workspace}/activity", start.Headers.Location?.ToString());
        }
    }

    [Fact]
    public async Task A_failure_before_the_first_byte_is_an_error()
    {
        await BreakAsync("c0");

        using var answer = await _admin.GetAsync(January, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.InternalServerError, answer.StatusCode);
        Assert.Null(answer.Content.Headers.ContentDisposition);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(0)]
    public async Task A_failure_midway_breaks_the_download(int httpMinorVersion)
    {
        await BreakAsync("c800");
        using var request = new HttpRequestMessage(HttpMethod.Get, January) { Version = new Version(1, httpMinorVersion) };

        using var answer = await _admin.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
        var received = new MemoryStream();
        var failure = await Record.ExceptionAsync(
            () => answer.Content.CopyToAsync(received, TestContext.Current.CancellationToken));

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.True(failure is HttpRequestException or IOException, "The reader must see that the file is not whole.");
        Assert.ThrowsAny<JsonException>(() => JsonDocument.Parse(received.ToArray()));
        Assert.Equal(ExportState.Failed, (await EndedAsync(answer.Headers.GetValues("X-Export-Id").Single())).State);
    }

    [Fact]
    public async Task Work_stops_when_the_reader_goes()
    {
        string id;
        using (var answer = await _admin.GetAsync(
            new Uri(January, UriKind.Relative), HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken))
        {
            id = answer.Headers.GetValues("X-Export-Id").Single();
        }

        var export = await EndedAsync(id);

        Assert.Equal((ExportState.Cancelled, null), (export.State, export.Failure));
    }

    [Fact]
    public async Task A_slow_reader_gets_the_whole_file_without_holding_the_snapshot()
    {
        using var answer = await _admin.GetAsync(
            new Uri(January, UriKind.Relative), HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
        await using var body = await answer.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken);

        // The rest goes to a file while nobody reads.
        await Eventually.ReadAsync(Spilled, files => files.Length > 0);

        using var file = await JsonDocument.ParseAsync(body, cancellationToken: TestContext.Current.CancellationToken);

        Assert.Equal(Conversations, file.RootElement.GetProperty("conversations").GetArrayLength());
        Assert.Equal(ExportState.Finished, (await EndedAsync(answer.Headers.GetValues("X-Export-Id").Single())).State);
        await Eventually.ReadAsync(Spilled, files => files.Length == 0);

        Task<string[]> Spilled() => Task.FromResult(Directory.GetFiles(Path.Combine(_app.DataDirectory, "tmp")));
    }

    [Theory]
    [InlineData("", "from")]
    [InlineData("?from=2026-01-01&to=2026-02-01", "from")]
    [InlineData("?range=last-12-months", "range")]
    [InlineData("?from=2026-01-01&to=2026-01-31&user=nobody", "user")]
    [InlineData("?from=2026-01-31&to=2026-01-01", "to")]
    [InlineData("?from=2026-01-01&to=2026-01-31&flag=red", "flag")]
    public async Task A_wrong_request_is_refused_by_the_name_of_its_field(string query, string field)
    {
        using var answer = await _admin.GetAsync(
            new Uri("/w/alpha-main/activity/export.json" + query, UriKind.Relative), TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        using var problem = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        Assert.Equal("invalid-request", problem.RootElement.GetProperty("type").GetString());
        Assert.Equal([field], problem.RootElement.GetProperty("errors").EnumerateObject().Select(e => e.Name));
    }

    [Fact]
    public async Task A_page_of_another_site_gets_no_file()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, January);
        request.Headers.Add("Sec-Fetch-Site", "cross-site");

        using var answer = await _admin.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
    }

    private static string WithoutMoment(string json)
    {
        var start = json.IndexOf("\"exportedAt\":", StringComparison.Ordinal);
        return json.Remove(start, "\"exportedAt\":\"2026-01-01T00:00:00.000Z\"".Length);
    }

    /// <summary>Makes the conversation one that cannot be exported: its user does not exist.</summary>
    private async Task BreakAsync(string conversation)
    {
        await using var db = await _app.ContextAsync();
        var changed = await db.Database.ExecuteSqlAsync(
            $"UPDATE conversation SET user_id = 999999 WHERE external_id = {conversation}", TestContext.Current.CancellationToken);
        Assert.Equal(1, changed);
    }

    private async Task<List<AuditEvent>> EventsAsync(string exportId)
    {
        await using var db = await _app.ContextAsync();
        return await db.AuditEvents.Where(e => e.Target == exportId).ToListAsync(TestContext.Current.CancellationToken);
    }

    private async Task<Export> EndedAsync(string exportId)
    {
        var ended = await Eventually.ReadAsync(
            async () =>
            {
                await using var db = await _app.ContextAsync();
                return await db.Exports.SingleAsync(e => e.PublicId == exportId, TestContext.Current.CancellationToken);
            },
            export => export.State != ExportState.Running);
        Assert.Single(await EventsAsync(exportId), e => e.Action != "export.started");
        return ended;
    }
}
