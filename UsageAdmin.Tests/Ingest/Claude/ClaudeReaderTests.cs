using System.IO.Compression;
using System.Text;
using UsageAdmin.Data.Schema;
using UsageAdmin.Ingest;
using UsageAdmin.Ingest.Claude;
using UsageAdmin.Tests.Support;

namespace UsageAdmin.Tests.Ingest.Claude;

public sealed class ClaudeReaderTests : IngestTest
{
    private const string Users = """
        [{"uuid":"u1","full_name":"Ann","email_address":"Ann@acme.example","verified_phone_number":"canary"},{"uuid":"u2","full_name":"Bob"}]
        """;

    private const string Projects = """
        [{"uuid":"p1","name":"Tender","description":"d","is_private":true,"is_starter_project":false,"prompt_template":"canary","created_at":"2026-01-01T00:00:00Z",
          "creator":{"uuid":"u1","full_name":"Ann"},"docs":[{"filename":"x","content":"canary"}]},
         {"uuid":"p0","name":"How to use Claude","is_starter_project":true}]
        """;

    private static readonly string Chat = Conversation("c1", "u1", $$"""
        {{Message("m1", "human", "<b>hi</b>", """ "attachments":[{"file_name":"a.txt","file_size":7,"file_type":"txt","extracted_content":"canary"}],"files":[{"file_name":"b.png"},{"file_uuid":"f2"}], """)}},
        {{Message("m2", "assistant", "This block is not supported", """
            "content":[{"type":"thinking","thinking":"canary"},{"type":"text","text":"one"},{"type":"tool_use","id":"t1","name":"web_search","input":{"query":"canary"}},
             {"type":"tool_result","tool_use_id":"t1","is_error":true,"content":"canary"},{"type":"tool_use","name":"artifacts","start_timestamp":"2026-01-05T10:00:09Z"},
             {"type":"text","text":"two"}],
            """)}}
        """, """ "project":{"uuid":"p1"}, """);

    [Fact]
    public async Task The_zip_gives_people_projects_conversations_files_and_actions()
    {
        var report = await ImportZipAsync(("data/users.json", Users), ("data/projects.json", Projects), ("data/conversations.json", $"[{Chat}]"), ("memories.json", "canary"));

        Assert.Equal(["u1|Ann|Ann@acme.example", "u2|Bob|"], Rows("SELECT public_id, name, email FROM usage_user ORDER BY 1"));
        Assert.Equal(["p1|Tender|1767225600000"], Rows("SELECT public_id, name, created_at FROM project"));
        Assert.Equal(["c1|Name of c1|u1|p1|2|1"], Rows("""
            SELECT c.external_id, c.title, u.public_id, p.public_id, c.message_count, c.user_message_count
            FROM conversation c JOIN usage_user u ON u.id = c.user_id JOIN project p ON p.id = c.project_id
            """));
        Assert.Equal(["m1|<b>hi</b>", "m2|one\ntwo"], Rows("SELECT external_id, content FROM message ORDER BY seq"));
        Assert.Equal(["a.txt|txt|7", "b.png||", "||"], Rows("SELECT name, media_type, bytes FROM message_file ORDER BY ordinal"));
        Assert.Equal(["canvas||1767607209000", "web_search|failed|1767607200000"],
            Rows("SELECT n.name, a.status, a.used_at FROM action_use a JOIN action_name n ON n.id = a.action_name_id ORDER BY 1"));
        Assert.Equal((0L, 0L, 0L), (report.Refused, report.Warnings, report.Waiting));
        Assert.DoesNotContain(Dump(), row => row.Contains("canary", StringComparison.Ordinal));
        new Recount(Rows).AssertExact();
    }

    [Fact]
    public async Task The_same_zip_again_changes_nothing()
    {
        (string, string)[] files = [("users.json", Users), ("projects.json", Projects), ("conversations.json", $"[{Chat}]")];
        await ImportZipAsync(files);
        var before = Dump();

        var report = await ImportZipAsync(files);

        Assert.Equal(before, Dump());
        Assert.All(report.Counts.Values, counts => Assert.Equal((0, 0), (counts.Created, counts.Changed)));
    }

    [Fact]
    public async Task Each_file_alone_is_read_too()
    {
        foreach (var text in new[] { $"[{Chat}]", Projects, Users })
        {
            await ImportTextAsync(text);
        }

        Assert.Equal(["c1|Ann|Tender"], Rows("SELECT c.external_id, u.name, p.name FROM conversation c JOIN usage_user u ON u.id = c.user_id JOIN project p ON p.id = c.project_id"));
    }

    [Fact]
    public async Task A_file_per_project_and_numbered_parts_are_read()
    {
        await ImportZipAsync(
            ("projects/0199aaaa-0000-7000-8000-000000000001.json", """{"uuid":"p1","name":"Tender","prompt_template":"","is_starter_project":false}"""),
            ("conversations-001.json", $"[{Conversation("c2", "u1", "")}]"), ("conversations-000.json", $"[{Chat}]"));

        Assert.Equal(["c1|2", "c2|0"], Rows("SELECT external_id, message_count FROM conversation ORDER BY no"));
        Assert.Equal(["Tender"], Rows("SELECT name FROM project"));
    }

    [Fact]
    public async Task A_whole_export_speaks_for_its_people_and_a_part_for_nobody()
    {
        await ImportTextAsync($"[{Conversation("c1", "u1", "")}, {Conversation("c2", "u1", "")}, {Conversation("c3", "u2", "")}]");

        Assert.Equal(0, (await ImportZipAsync(("conversations-001.json", $"[{Conversation("c1", "u1", "")}]"))).Gone);
        Assert.Equal(1, (await ImportZipAsync(("conversations.json", $"[{Conversation("c1", "u1", "")}]"))).Gone);
        Assert.Equal(["c2"], Rows("SELECT external_id FROM conversation WHERE missing_since_import_id IS NOT NULL"));
    }

    [Fact]
    public async Task Parents_make_branches_and_the_newest_is_the_path()
    {
        const string Root = "00000000-0000-4000-8000-000000000000";
        var report = await ImportTextAsync(Conversation("c", "u1", string.Join(',',
            Message("q1", "human", "1", Parent(Root), 1), Message("a1", "assistant", "2", Parent("q1"), 2),
            Message("q2", "human", "3", Parent(Root), 3), Message("a2", "assistant", "4", Parent("q2"), 4),
            Message("lost", "human", "5", Parent("nowhere"), 0))));

        Assert.Equal(["lost||128", "q1||128", "a1|q1|128", "q2||0", "a2|q2|0"], Rows("""
            SELECT m.external_id, p.external_id, m.marks & 128 FROM message m
            LEFT JOIN message p ON p.conversation_no = m.conversation_no AND p.seq = m.parent_seq ORDER BY m.seq
            """));
        Assert.Equal("dangling-reference", Assert.Single(report.Problems).Code);
    }

    [Fact]
    public async Task Messages_without_text_or_of_nobody_are_kept_and_not_counted()
    {
        var report = await ImportTextAsync(Conversation("c", "u1", string.Join(',',
            Message("empty", "human", ""), Message("odd", "robot", "x"), Message("ok", "human", "y"), Message("ok", "human", "again"), """{"text":"no id"}""", "7")));

        Assert.Equal(["3|1"], Rows("SELECT (SELECT count(*) FROM message), message_count FROM conversation"));
        Assert.Equal(["dropped-message", "duplicate-message", "unknown-sender"], report.Problems.Select(p => p.Code));
    }

    [Fact]
    public async Task Nul_half_characters_and_long_ids_are_survived()
    {
        var report = await ImportTextAsync($"[{Conversation("c", "u1", Message("m", "human", @"x\u0000\ud800"))}, {Conversation(new string('x', 201), "u1", "")}]");

        Assert.Equal(["x\uFFFD\uFFFD"], Rows("SELECT content FROM message"));
        Assert.Equal(["replaced-character", "invalid-value"], report.Problems.Select(p => p.Code));
    }

    [Fact]
    public async Task A_file_that_is_cut_off_gives_whole_conversations_and_says_so()
    {
        var report = await ImportTextAsync($"[{Chat}, {Conversation("c2", "u1", "")}"[..^10]);

        Assert.Equal(ImportState.Failed, report.State);
        Assert.Equal(["c1"], Rows("SELECT external_id FROM conversation"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("hello")]
    [InlineData("[{\"mapping\": {}, \"id\": \"chatgpt\"}]")]
    [InlineData("{\"chat_messages\": []}")]
    [InlineData("PK\u0003\u0004 not a ZIP at all")]
    public async Task A_file_of_something_else_is_not_of_this_format(string text)
    {
        await Assert.ThrowsAsync<InvalidHeaderException>(() => ImportTextAsync(text));

        Assert.Equal(["0"], Rows("SELECT count(*) FROM import"));
    }

    [Fact]
    public async Task A_zip_without_conversations_or_over_its_limits_is_refused()
    {
        await Assert.ThrowsAsync<InvalidHeaderException>(() => ImportZipAsync(("users.json", Users)));
        var bomb = $"[{Chat}, {Conversation("c2", "u1", Message("m", "human", new string('x', 1 << 20)))}]";

        var report = await ImportPathAsync(Zip(("conversations.json", bomb)), new ClaudeLimits { MaxEntryBytes = 200_000 });

        Assert.Equal(ImportState.Failed, report.State);
        Assert.Equal(["c1"], Rows("SELECT external_id FROM conversation"));
    }

    [Fact]
    public async Task A_conversation_over_the_limit_is_refused_and_the_next_is_read()
    {
        var path = Database.Write("long.json", Encoding.UTF8.GetBytes($"[{Conversation("long", "u1", Message("m", "human", new string('x', 3000)))}, {Conversation("c2", "u1", "")}]"));

        var report = await ImportPathAsync(path, new ClaudeLimits { MaxRecordBytes = 2000 });

        Assert.Equal("too-long", Assert.Single(report.Problems).Code);
        Assert.Equal(["c2"], Rows("SELECT external_id FROM conversation"));
    }

    [Fact]
    public async Task Files_with_damage_never_give_anything_ill_formed()
    {
        var read = 0;
        var zip = await File.ReadAllBytesAsync(Zip(("users.json", Users), ("projects.json", Projects), ("conversations.json", $"[{Chat}]")), Cancellation);
        foreach (var whole in new[] { Encoding.UTF8.GetBytes($"[{Chat},{Users[1..^1]},{Projects[1..]}"), zip })
        {
            read += await DamagedFiles.ReadAsync(
                new ClaudeReader(), whole, Database.Write("damaged.json", []), seed: whole.Length, rounds: 400, Cancellation);
        }

        Assert.InRange(read, 100, 799);
    }

    private static string Conversation(string id, string user, string messages, string more = "") => $$"""
        {"uuid":"{{id}}","name":"Name of {{id}}","created_at":"2026-01-05T10:00:00.000000Z","updated_at":"2026-01-05T10:00:00Z",{{more}}
         "account":{"uuid":"{{user}}"},"chat_messages":[{{messages}}]}
        """;

    private static string Message(string id, string sender, string text, string more = "", int second = 0) => $$"""
        {"uuid":"{{id}}",{{more}}"text":"{{text}}","sender":"{{sender}}","created_at":"2026-01-05T10:00:{{second:00}}.000000Z"}
        """;

    private static string Parent(string id) => $"\"parent_message_uuid\":\"{id}\",";

    private Task<ImportReport> ImportTextAsync(string text) =>
        ImportPathAsync(Database.Write($"{Guid.NewGuid():N}.json", Encoding.UTF8.GetBytes(text)));

    private Task<ImportReport> ImportZipAsync(params (string Name, string Text)[] files) => ImportPathAsync(Zip(files));

    private Task<ImportReport> ImportPathAsync(string path, ClaudeLimits? limits = null) =>
        new ImportService(
                [new ClaudeReader(limits ?? new ClaudeLimits())], new ImportWriter(Database.Database, TimeProvider.System), Database.Directory)
            .RunAsync(new ImportRequest(path, "claude", TestDatabase.WorkspacePublicId), Cancellation);

    private string Zip(params (string Name, string Text)[] files)
    {
        var path = Path.Combine(Path.GetDirectoryName(Database.Write("x", []))!, $"{Guid.NewGuid():N}.zip");
        using var zip = ZipFile.Open(path, ZipArchiveMode.Create);
        foreach (var (name, text) in files)
        {
            using var writer = new StreamWriter(zip.CreateEntry(name).Open());
            writer.Write(text);
        }

        return path;
    }
}
