using UsageAdmin.Data.Schema;
using UsageAdmin.Ingest;

namespace UsageAdmin.Tests.Ingest;

public sealed class ImportUndoTests : IngestTest
{
    private static readonly string[] First =
    [
        """{"type":"user","id":"u1","name":"Ann","email":"ann@example.com","role":"editor","joined_at":"2025-03-01"}""",
        """{"type":"section","id":"s1","name":"Berlin"}""",
        """{"type":"membership","user_id":"u1","section_id":"s1","joined_at":"2025-03-02"}""",
        """{"type":"app","id":"a1","name":"Helper","category":"Support","creator_id":"u1","published":true,"created_at":"2025-04-01T00:00:00Z"}""",
        """{"type":"conversation","id":"c1","user_id":"u1","app_id":"a1","title":"First","created_at":"2026-01-05T10:00:00Z"}""",
        """{"type":"message","id":"m1","conversation_id":"c1","source":"user","content":"hi \u0001 <b>","created_at":"2026-01-05T10:00:01Z"}""",
        """{"type":"message","id":"m2","conversation_id":"c1","parent_id":"m1","source":"provider","model":"gpt-4o","content":"hello","created_at":"2026-01-05T10:00:03Z","usage":{"input":12,"output":8,"cost":0.5}}""",
        """{"type":"feedback","id":"f1","conversation_id":"c1","message_id":"m2","user_id":"u1","rating":-1,"flags":["inaccurate"],"comment":"no"}""",
        """{"type":"moderation","id":"d1","conversation_id":"c1","message_id":"m1","flagged":true,"categories":{"harassment":0.91}}""",
        """{"type":"file","id":"l1","conversation_id":"c1","message_id":"m1","name":"a.pdf","bytes":1234}""",
        """{"type":"action","id":"x1","conversation_id":"c1","message_id":"m2","name":"web_search","created_at":"2026-01-05T10:00:02Z"}""",
        """{"type":"conversation","id":"c2","user_id":"u1","created_at":"2026-01-06T10:00:00Z"}""",
        """{"type":"workflow_run","id":"r1","workflow_id":"w1","user_id":"u1","status":"ok","started_at":"2026-01-07T10:00:00Z"}""",
        """{"type":"usage_event","id":"e1","user_id":"u1","model":"gpt-4o","created_at":"2026-01-08T10:00:00Z","usage":{"input":5}}""",
        """{"type":"feedback","id":"f9","conversation_id":"c9","message_id":"m1","rating":1}""",
    ];

    private static readonly string[] Second =
    [
        """{"type":"user","id":"u1","name":"Ann Lee","email":"lee@example.com","role":"admin","joined_at":"2025-02-01"}""",
        """{"type":"user","id":"u2","name":"Bob","email":"bob@example.com"}""",
        """{"type":"section","id":"s2","name":"Bonn"}""",
        """{"type":"membership","user_id":"u1","section_id":"s2"}""",
        """{"type":"app","id":"a1","name":"Helper 2","category":"Sales","archived_at":"2026-01-20T00:00:00Z"}""",
        """{"type":"conversation","id":"c1","user_id":"u2","title":"Second","created_at":"2026-01-04T10:00:00Z"}""",
        """{"type":"message","id":"m1","conversation_id":"c1","content":"changed"}""",
        """{"type":"message","id":"m3","conversation_id":"c1","parent_id":"m2","source":"user","content":"more","created_at":"2026-02-01T10:00:00Z"}""",
        """{"type":"feedback","id":"f1","conversation_id":"c1","message_id":"m2","rating":1,"flags":[]}""",
        """{"type":"action","id":"x2","conversation_id":"c1","message_id":"m3","name":"python"}""",
        """{"type":"tombstone","entity":"conversation","id":"c2","deleted_at":"2026-01-20T00:00:00Z"}""",
        """{"type":"workflow_run","id":"r1","workflow_id":"w1","user_id":"u2","status":"failed","started_at":"2026-01-09T10:00:00Z"}""",
        """{"type":"usage_event","id":"e1","user_id":"u2","model":"o3","created_at":"2026-01-10T10:00:00Z","usage":{"input":7}}""",
        """{"type":"usage_event","id":"e2","message_id":"m2","conversation_id":"c1","created_at":"2026-01-10T10:00:00Z","usage":{"input":70}}""",
        """{"type":"conversation","id":"c9","user_id":"u2","created_at":"2026-01-11T10:00:00Z"}""",
        """{"type":"message","id":"m1","conversation_id":"c9","source":"user","content":"late","created_at":"2026-01-11T10:00:01Z"}""",
    ];

    [Fact]
    public async Task Undoing_an_import_puts_everything_back_as_it_was()
    {
        await ImportAsync(First);
        var before = State();
        var second = await ImportAsync(Second);
        Assert.NotEqual(before, State());

        var report = await UndoAsync(second.ImportId);

        Assert.Equal(before, State());
        Assert.Equal((1, 2, 0), (report.Removed, report.Restored, report.Kept));
        Assert.Equal(["2026-01", "2026-02"], report.MonthsMoved);
        Assert.Equal([$"{(int)ImportState.Undone}"], Rows($"SELECT state FROM import WHERE id = {second.ImportId}"));
    }

    [Fact]
    public async Task Undoing_the_only_import_leaves_nothing_and_importing_again_gives_the_same()
    {
        var empty = State();
        var report = await ImportAsync(First);
        var full = Contents();

        await UndoAsync(report.ImportId);

        Assert.Equal(empty, State());
        await ImportAsync(First);
        Assert.Equal(full, Contents());
    }

    [Fact]
    public async Task The_roll_up_of_an_undone_import_is_that_of_its_messages()
    {
        await ImportAsync(First);
        var second = await ImportAsync(Second);

        await UndoAsync(second.ImportId);

        new Recount(Rows).AssertExact();
    }

    [Fact]
    public async Task People_whom_another_source_names_stay()
    {
        var first = await ImportAsync(First);
        await ImportLinesAsync(
            Header.Replace("\"chat\"", "\"other\"", StringComparison.Ordinal),
            """{"type":"user","id":"x","email":"ANN@example.com"}""",
            """{"type":"conversation","id":"o1","user_id":"x","created_at":"2026-01-05T10:00:00Z"}""");

        await UndoAsync(first.ImportId);

        Assert.Equal(["u1|1"], Rows("SELECT u.public_id, (SELECT count(*) FROM membership m WHERE m.user_id = u.id) FROM usage_user u"));
        Assert.Equal(["o1"], Rows("SELECT external_id FROM conversation"));
    }

    [Fact]
    public async Task What_something_else_has_changed_since_stays_as_it_is()
    {
        var first = await ImportAsync(First);
        var second = await ImportAsync(Second);
        using (var session = Database.Database.OpenWrite())
        {
            session.Execute("UPDATE usage_user SET name = 'By hand' WHERE public_id = 'u1'");
            session.Execute("UPDATE conversation SET changed_by_import_id = 99 WHERE external_id = 'c1'");
        }

        var report = await UndoAsync(second.ImportId);

        Assert.Equal(1, report.Kept);
        Assert.Equal(["By hand|ann@example.com"], Rows("SELECT name, email FROM usage_user"));
        Assert.Equal(["Second"], Rows("SELECT title FROM conversation WHERE external_id = 'c1'"));
        Assert.NotEqual(first.ImportId, second.ImportId);
    }

    [Fact]
    public async Task The_newest_import_of_a_source_is_undone_first_and_each_only_once()
    {
        var first = await ImportAsync(First);
        var second = await ImportAsync(Second);

        Assert.Equal(UndoObstacle.NewerFirst, await RefusalAsync(first.ImportId));
        await UndoAsync(second.ImportId);
        Assert.Equal(UndoObstacle.Undone, await RefusalAsync(second.ImportId));
        await UndoAsync(first.ImportId);
        await Assert.ThrowsAsync<ImportTargetException>(() => UndoAsync(12345));
    }

    [Fact]
    public async Task An_import_of_long_ago_cannot_be_undone_and_holds_nothing_for_it()
    {
        var first = await ImportAsync(First);
        using (var session = Database.Database.OpenWrite())
        {
            session.Execute("UPDATE import SET started_at = started_at - 2678400000");
        }

        var second = await ImportAsync(Second);

        Assert.Equal([$"{second.ImportId}"], Rows("SELECT DISTINCT import_id FROM import_change"));
        await UndoAsync(second.ImportId);
        Assert.Equal(UndoObstacle.TooOld, await RefusalAsync(first.ImportId));
    }

    private Task<UndoReport> UndoAsync(long importId) =>
        Undo().RunAsync(Database.Workspace.Id, importId, Cancellation);

    private async Task<UndoObstacle> RefusalAsync(long importId)
    {
        Assert.NotNull(Undo().FindObstacle(Database.Workspace.Id, importId));
        return (await Assert.ThrowsAsync<UndoRefusedException>(() => UndoAsync(importId))).Obstacle;
    }

    /// <summary>All rows but days' marks of change, names of actions, and where a source's imports and numbers stand.</summary>
    private string[] State() =>
    [
        .. Dump().Where(row => !row.StartsWith("usage_day:", StringComparison.Ordinal)
            && !row.StartsWith("action_name:", StringComparison.Ordinal) && !row.StartsWith("workspace", StringComparison.Ordinal)
            && !row.StartsWith("source", StringComparison.Ordinal) && !row.StartsWith("sqlite", StringComparison.Ordinal)),
        .. Rows("SELECT name, data_until FROM source WHERE data_until IS NOT NULL"),
    ];

    private string[] Contents() => Rows(
        """
        SELECT c.external_id, c.title, u.name, m.external_id, m.content, m.input_tokens, m.marks FROM conversation c
        JOIN usage_user u ON u.id = c.user_id LEFT JOIN message m ON m.conversation_no = c.no ORDER BY 1, 4
        """);
}
