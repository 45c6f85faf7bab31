using System.Net;
using System.Net.Http.Json;
using System.Text;
using Microsoft.EntityFrameworkCore;
using UsageAdmin.Data.Schema;
using UsageAdmin.Ingest;
using UsageAdmin.Ingest.Jobs;
using UsageAdmin.Tests.Ingest.Uploads;
using UsageAdmin.Tests.Support;

namespace UsageAdmin.Tests.Ingest.Jobs;

public sealed class ImportJobTests : IAsyncLifetime
{
    private const string Admin = "wsadmin@alpha.example";

    private readonly HeldReader _held = new();
    private UsageAdminApp _app = null!;
    private Uploader _uploader = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _app = await UsageAdminApp.StartWithServicesAsync(_held.AddTo);
        _uploader = await Uploader.SignInAsync(_app, Admin);
    }

    public async ValueTask DisposeAsync()
    {
        _held.IsHeld = false;
        _uploader.Dispose();
        await _app.DisposeAsync();
    }

    [Fact]
    public async Task What_an_import_would_do_is_known_before_anything_is_written()
    {
        var upload = await CheckedAsync(await _uploader.UploadAsync("chats.ndjson", Chats(3, "not json")));

        Assert.Equal(("ndjson", null, UploadState.Checked), (upload.Format, upload.Failure, upload.State));
        var preview = ImportPreview.Parse(upload.Preview!);
        Assert.Equal(
            (3, 0, 6, 1, "acme"),
            (preview.Of("conversations").Created, preview.Gone, preview.Of("messages").Created, preview.Refused, preview.SourceName));
        Assert.Equal((11L, "invalid-json"), (preview.Problems.Single().Line, preview.Problems.Single().Code));
        Assert.Equal((0, 0), await CountAsync());
    }

    [Fact]
    public async Task What_was_looked_at_is_imported_and_its_file_deleted()
    {
        var id = await _uploader.UploadAsync("chats.ndjson", Chats(3));
        await CheckedAsync(id);

        using var answer = await DecideAsync(id, "import", ("format", "ndjson"));

        Assert.Equal($"/w/alpha-main/import?upload={id}", answer.Headers.Location?.ToString());
        var upload = await WaitAsync(id, u => u.State == UploadState.Ended);
        await using var db = await _app.ContextAsync();
        var import = await db.Imports.SingleAsync(Token);
        Assert.Equal(
            (upload.ImportId!.Value, "chats.ndjson", ImportState.Finished, 3L, upload.AccountId),
            (import.Id, import.FileName, import.State, import.ConversationsCreated, import.AccountId!.Value));
        Assert.Empty(await Eventually.ReadAsync(
            () => Task.FromResult(Directory.GetFiles(Path.Combine(_app.DataDirectory, "uploads"))), files => files.Length == 0));
        Assert.Equal(
            [$"{Admin} import.started ", $"{Admin} import.finished {import.Id}"],
            await db.AuditEvents.Where(e => e.Action.StartsWith("import.")).OrderBy(e => e.No)
                .Select(e => e.ActorName + " " + e.Action + " " + e.Target).ToArrayAsync(Token));
    }

    [Fact]
    public async Task Changed_choices_are_looked_at_before_they_are_imported()
    {
        var id = await _uploader.UploadAsync("chats.ndjson", Chats(3));
        await CheckedAsync(id);

        using var answer = await DecideAsync(
            id, "import", ("format", "ndjson"), ("source", " other "), ("content", "none"), ("people", "pseudonymous"),
            ("user", "a@example.com"), ("group", "Sales"));

        Assert.EndsWith("&notice=checked-again", answer.Headers.Location?.ToString(), StringComparison.Ordinal);
        var upload = await CheckedAsync(id);
        Assert.Equal(
            new ImportOptions { SourceName = "other", Content = ImportedContent.None, People = ImportedPeople.Pseudonymous },
            ImportOptions.Parse(upload.Options));
        Assert.Equal("other", ImportPreview.Parse(upload.Preview!).SourceName);
        Assert.Equal((0, 0), await CountAsync());
    }

    [Fact]
    public async Task A_file_that_nobody_knows_can_be_given_a_format_and_still_be_none()
    {
        var id = await _uploader.UploadAsync("chats.bin", Encoding.UTF8.GetBytes("nothing that anybody knows"));
        var unknown = await CheckedAsync(id);

        using var answer = await DecideAsync(id, "check", ("format", "chatgpt"));

        var wrong = await WaitAsync(id, u => u.State == UploadState.Checked && u.Failure != unknown.Failure);
        Assert.Equal((null, ImportFailures.UnknownFormat, null), (unknown.Format, unknown.Failure, unknown.Preview));
        Assert.Equal(("chatgpt", null), (wrong.Format, wrong.Preview));
        Assert.NotEmpty(wrong.Failure!);
        using var import = await DecideAsync(id, "import", ("format", "chatgpt"));
        Assert.EndsWith("notice=too-late", import.Headers.Location?.ToString(), StringComparison.Ordinal);
        Assert.Equal((0, 0), await CountAsync());
    }

    [Fact]
    public async Task An_import_goes_on_after_a_restart_where_it_stopped()
    {
        var id = await HeldImportAsync();
        await _app.StopAsync();
        _held.IsHeld = false;

        await _app.StartAgainAsync();

        var upload = await WaitAsync(id, u => u.State == UploadState.Ended);
        await using var db = await _app.ContextAsync();
        var import = await db.Imports.SingleAsync(Token);
        Assert.Equal(
            (upload.ImportId!.Value, ImportState.Finished, (long)HeldReader.Conversations, 0L),
            (import.Id, import.State, import.ConversationsCreated, import.ConversationsUnchanged));
        Assert.Equal((1, HeldReader.Conversations), await CountAsync());
    }

    [Fact]
    public async Task A_look_at_a_file_begins_again_after_a_restart()
    {
        _held.IsHeld = true;
        var id = await _uploader.UploadAsync("a.held", "HELD"u8.ToArray());
        await WaitAsync(id, u => u.State == UploadState.Checking);
        await _app.StopAsync();
        _held.IsHeld = false;

        await _app.StartAgainAsync();

        Assert.Equal(HeldReader.Conversations, ImportPreview.Parse((await CheckedAsync(id)).Preview!).Of("conversations").Created);
        Assert.Equal((0, 0), await CountAsync());
    }

    [Fact]
    public async Task A_look_at_a_file_can_be_stopped_and_done_again()
    {
        _held.IsHeld = true;
        var id = await _uploader.UploadAsync("a.held", "HELD"u8.ToArray());
        await WaitAsync(id, u => u.State == UploadState.Checking);

        using var answer = await DecideAsync(id, "cancel");

        var stopped = await CheckedAsync(id);
        Assert.Equal((ImportFailures.Cancelled, null), (stopped.Failure, stopped.Preview));
        _held.IsHeld = false;
        (await DecideAsync(id, "check")).Dispose();
        Assert.Null((await WaitAsync(id, u => u.State == UploadState.Checked && u.Preview != null)).Failure);
    }

    [Fact]
    public async Task An_import_that_is_stopped_keeps_what_it_has_and_can_go_on()
    {
        var id = await HeldImportAsync();

        (await DecideAsync(id, "cancel")).Dispose();
        _held.IsHeld = false;

        var stopped = await CheckedAsync(id);
        Assert.Equal(ImportFailures.Cancelled, stopped.Failure);
        var (imports, conversations) = await CountAsync();
        Assert.Equal(1, imports);
        Assert.InRange(conversations, 1, HeldReader.Conversations);
        (await DecideAsync(id, "import")).Dispose();
        await WaitAsync(id, u => u.State == UploadState.Ended);
        Assert.Equal((1, HeldReader.Conversations), await CountAsync());
    }

    [Fact]
    public async Task While_one_is_worked_on_the_next_waits_and_can_be_taken_back()
    {
        await HeldImportAsync();
        var waiting = await _uploader.UploadAsync("chats.ndjson", Chats(3));

        using var busy = await _uploader.Client.DeleteAsync($"{_uploader.Uploads}/{waiting}", Token);

        Assert.Equal(HttpStatusCode.NoContent, busy.StatusCode);
        Assert.Equal(UploadState.Ended, (await RowAsync(waiting)).State);
    }

    [Fact]
    public async Task What_is_being_imported_cannot_be_discarded()
    {
        var id = await HeldImportAsync();

        using var answer = await DecideAsync(id, "discard");

        Assert.EndsWith("notice=too-late", answer.Headers.Location?.ToString(), StringComparison.Ordinal);
        Assert.Equal(UploadState.Importing, (await RowAsync(id)).State);
    }

    [Fact]
    public async Task Whoever_loses_the_right_imports_nothing()
    {
        await HeldImportAsync();
        var id = await _uploader.UploadAsync("chats.ndjson", Chats(3));
        await using (var db = await _app.ContextAsync())
        {
            await db.AccountGrants.ExecuteDeleteAsync(Token);
        }

        _held.IsHeld = false;

        var upload = await CheckedAsync(id);
        Assert.Equal((ImportFailures.RightLost, null), (upload.Failure, upload.Preview));
    }

    [Fact]
    public async Task An_import_is_undone_and_that_is_in_the_audit_log()
    {
        var import = await ImportedAsync(Chats(3));

        using var answer = await _uploader.Client.PostFormAsync($"/w/alpha-main/import/runs/{import}/undo");

        Assert.Equal($"/w/alpha-main/import?import={import}", answer.Headers.Location?.ToString());
        await Eventually.ReadAsync(AuditedAsync, actions => actions.Contains($"{Admin} import.undone {import}"));
        Assert.Equal((1, 0), await CountAsync());
        using var twice = await _uploader.Client.PostFormAsync($"/w/alpha-main/import/runs/{import}/undo");
        Assert.EndsWith("notice=too-late", twice.Headers.Location?.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_undo_that_was_cut_off_can_be_asked_for_again()
    {
        var import = await ImportedAsync(Chats(3));
        await using (var db = await _app.ContextAsync())
        {
            await db.Imports.ExecuteUpdateAsync(set => set.SetProperty(i => i.State, ImportState.Undoing), Token);
        }

        (await _uploader.Client.PostFormAsync($"/w/alpha-main/import/runs/{import}/undo")).Dispose();

        await Eventually.ReadAsync(AuditedAsync, actions => actions.Contains($"{Admin} import.undone {import}"));
        Assert.Equal((1, 0), await CountAsync());
    }

    [Fact]
    public async Task A_running_import_is_stopped_from_its_report()
    {
        var id = await HeldImportAsync();
        var import = (await RowAsync(id)).ImportId;

        using var answer = await _uploader.Client.PostFormAsync($"/w/alpha-main/import/runs/{import}/cancel");
        _held.IsHeld = false;

        Assert.Equal($"/w/alpha-main/import?import={import}", answer.Headers.Location?.ToString());
        Assert.Equal((ImportFailures.Cancelled, import), ((await CheckedAsync(id)).Failure, (await RowAsync(id)).ImportId));
        using var late = await _uploader.Client.PostFormAsync($"/w/alpha-main/import/runs/{import}/cancel");
        Assert.EndsWith("notice=too-late", late.Headers.Location?.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_newer_file_gets_the_choices_and_the_source_of_the_import_it_repeats()
    {
        var id = await _uploader.UploadAsync("chats.ndjson", Chats(3));
        await CheckedAsync(id);
        (await DecideAsync(id, "check", ("format", "ndjson"), ("content", "metadata"))).Dispose();
        await WaitAsync(id, u => u.Options.Contains("metadata", StringComparison.Ordinal) && u.Preview != null);
        (await DecideAsync(id, "import", ("format", "ndjson"), ("content", "metadata"))).Dispose();
        var import = (await WaitAsync(id, u => u.State == UploadState.Ended)).ImportId;
        using var lab = await Uploader.SignInAsync(_app, Admin, "alpha-lab");

        using var newer = await _uploader.Client.PostAsJsonAsync(
            _uploader.Uploads, new { name = "b.ndjson", bytes = 5, repeat = import }, Token);
        using var foreign = await lab.Client.PostAsJsonAsync(lab.Uploads, new { name = "b.ndjson", bytes = 5, repeat = import }, Token);

        var repeated = await RowAsync((string)(await Uploader.ReadAsync(newer))["id"]!);
        Assert.Equal(
            ("ndjson", new ImportOptions { SourceName = "acme", Content = ImportedContent.Metadata }),
            (repeated.Format, ImportOptions.Parse(repeated.Options)));
        var other = await RowAsync((string)(await Uploader.ReadAsync(foreign))["id"]!);
        Assert.Equal((null, new ImportOptions()), (other.Format, ImportOptions.Parse(other.Options)));
    }

    [Fact]
    public async Task Decisions_of_others_are_not_taken()
    {
        var id = await _uploader.UploadAsync("chats.ndjson", Chats(3));
        await CheckedAsync(id);
        var import = await ImportedAsync(Chats(2), "others.ndjson");
        string[] decisions =
        [
            $"uploads/{id}/check", $"uploads/{id}/import", $"uploads/{id}/cancel", $"uploads/{id}/discard",
            $"runs/{import}/undo", $"runs/{import}/cancel",
        ];
        foreach (var decision in decisions)
        {
            using var member = await _app.SignInAsync("member@alpha.example");
            using var forbidden = await member.PostFormAsync($"/w/alpha-main/import/{decision}");
            using var foreigner = await _app.SignInAsync("admin@beta.example");
            using var foreign = await foreigner.PostFormAsync($"/w/alpha-main/import/{decision}");
            using var elsewhere = await _uploader.Client.PostFormAsync($"/w/alpha-lab/import/{decision}");
            using var forger = await _app.SignInAsync(Admin);
            using var forged = await forger.PostAsync($"/w/alpha-main/import/{decision}", null, Token);

            Assert.Equal(
                (HttpStatusCode.Forbidden, HttpStatusCode.NotFound, HttpStatusCode.NotFound, HttpStatusCode.BadRequest),
                (forbidden.StatusCode, foreign.StatusCode, elsewhere.StatusCode, forged.StatusCode));
        }

        Assert.Equal(UploadState.Checked, (await RowAsync(id)).State);
        Assert.Equal((1, 2), await CountAsync());
    }

    /// <summary>An import in the middle of its second batch.</summary>
    private async Task<string> HeldImportAsync()
    {
        var id = await _uploader.UploadAsync("a.held", "HELD"u8.ToArray());
        await CheckedAsync(id);
        _held.IsHeld = true;
        (await DecideAsync(id, "import", ("format", "held"))).Dispose();
        await WaitAsync(id, u => u is { State: UploadState.Importing, ImportId: not null });
        return id;
    }

    private async Task<long> ImportedAsync(byte[] file, string name = "chats.ndjson")
    {
        var id = await _uploader.UploadAsync(name, file);
        await CheckedAsync(id);
        (await DecideAsync(id, "import", ("format", "ndjson"))).Dispose();
        return (await WaitAsync(id, u => u.State == UploadState.Ended)).ImportId!.Value;
    }

    private Task<HttpResponseMessage> DecideAsync(string id, string what, params (string Name, string Value)[] fields) =>
        _uploader.Client.PostFormAsync($"{_uploader.Uploads}/{id}/{what}", null, fields);

    private Task<ImportUpload> CheckedAsync(string id) => WaitAsync(id, u => u.State == UploadState.Checked);

    private Task<ImportUpload> WaitAsync(string id, Func<ImportUpload, bool> isThere) =>
        Eventually.ReadAsync(() => RowAsync(id), isThere);

    private async Task<ImportUpload> RowAsync(string id)
    {
        await using var db = await _app.ContextAsync();
        return await db.ImportUploads.SingleAsync(u => u.PublicId == id, Token);
    }

    private async Task<(int Imports, int Conversations)> CountAsync()
    {
        await using var db = await _app.ContextAsync();
        return (await db.Imports.CountAsync(Token), await db.Set<Conversation>().CountAsync(Token));
    }

    private async Task<string[]> AuditedAsync()
    {
        await using var db = await _app.ContextAsync();
        return await db.AuditEvents.OrderBy(e => e.No).Select(e => e.ActorName + " " + e.Action + " " + e.Target).ToArrayAsync(Token);
    }

    /// <summary>NDJSON with conversations of two messages each.</summary>
    private static byte[] Chats(int count, params string[] more)
    {
        var lines = Enumerable.Range(0, count).SelectMany(i => new[]
        {
            $$"""{"type":"conversation","id":"c{{i}}","user_id":"u1","created_at":"2026-01-05T10:00:00Z"}""",
            $$"""{"type":"message","id":"m1","conversation_id":"c{{i}}","source":"user","content":"hi","created_at":"2026-01-05T10:00:01Z"}""",
            $$"""{"type":"message","id":"m2","conversation_id":"c{{i}}","source":"provider","content":"yes","created_at":"2026-01-05T10:00:02Z"}""",
        });
        return Encoding.UTF8.GetBytes(string.Join('\n',
            ["""{"type":"header","format":"usageadmin-ndjson","version":1,"source":"acme"}""", .. lines, .. more]));
    }
}
