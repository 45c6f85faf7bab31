using System.IO.Compression;
using System.Text;
using UsageAdmin.Data.Schema;
using UsageAdmin.Ingest;
using UsageAdmin.Ingest.LibreChat;
using static UsageAdmin.Tests.Ingest.LibreChat.Mongo;

namespace UsageAdmin.Tests.Ingest.LibreChat;

public sealed class CollectionTests : LibreChatTest
{
    private static readonly Dictionary<string, string> Everything = new()
    {
        ["users"] = Lines(User('a', "Ann", ""","idOnTheSource":"entra-ann" """), User('b', "Bob").Replace("USER", "ADMIN", StringComparison.Ordinal)),
        ["groups"] = Lines($$"""{"_id":{{Oid('1')}},"name":"Berlin","memberIds":["entra-ann","{{Id('b')}}","nobody"],"source":"entra"}"""),
        ["chatprojects"] = Lines($$"""{"_id":{{Oid('2')}},"name":"Tender","user":"{{Id('a')}}","conversationCount":1,"createdAt":{{Date(0)}}}"""),
        ["agents"] = Lines($$"""
            {"_id":{{Oid('3')}},"id":"agent_x","name":"Helper","description":"Helps","instructions":"canary","provider":"openAI","model":"gpt-4o","author":{{Oid('b')}},
             "authorName":"Bob","category":"hr","createdAt":{{Date(0)}},"updatedAt":{{Date(0)}}}
            """),
        ["files"] = Lines($$"""{"_id":{{Oid('4')}},"file_id":"f1","user":{{Oid('a')}},"filename":"a.pdf","filepath":"/canary","text":"canary","type":"application/pdf","bytes":12}"""),
        ["conversations"] = Lines(
            Conversation("c1", 'a', $$""","chatProjectId":"{{Id('2')}}" """),
            Conversation("c2", 'b', ""","agent_id":"agent_x" """).Replace("\"model\":\"gpt-4o\"", "\"model\":\"agent_x\"", StringComparison.Ordinal)),
        ["messages"] = Lines(
            Message("q1", "c1", 'a', null, isUser: true, 1, more: ""","files":[{"file_id":"f1"}]"""),
            Message("x1", "c2", 'b', null, isUser: true, 1),
            Message("a1", "c1", 'a', "q1", isUser: false, 2),
            Message("x2", "c2", 'b', "x1", isUser: false, 2).Replace("gpt-4o", "agent_x", StringComparison.Ordinal),
            Message("a2", "c1", 'a', "q1", isUser: false, 3)),
        ["transactions"] = Lines(
            Transaction('5', 'a', "prompt", "-100", "-250.4", ""","context":"message","conversationId":"c1","messageId":"a2" """),
            Transaction('6', 'a', "completion", "-20", "-200", ""","context":"message","conversationId":"c1","messageId":"a2" """),
            Transaction('7', 'a', "prompt", "-7", "-1", ""","context":"title","conversationId":"c1","messageId":"a2" """),
            Transaction('8', 'b', "credits", "20000", "20000"),
            Transaction('9', 'b', "prompt", "-60", "-30", ""","inputTokens":-10,"writeTokens":-20,"readTokens":-30 """).Replace("gpt-4o", "gpt-4o-mini", StringComparison.Ordinal)),
    };

    private static readonly string[] Order =
        ["users", "groups", "chatprojects", "agents", "files", "conversations", "messages", "transactions"];

    private string[] State() =>
    [
        .. Rows("SELECT public_id, name, email, status, joined_at FROM usage_user ORDER BY 1"),
        .. Rows("SELECT s.public_id, s.name, u.public_id FROM section s JOIN membership m ON m.section_id = s.id JOIN usage_user u ON u.id = m.user_id ORDER BY 3"),
        .. Rows("SELECT p.public_id, p.name, u.public_id FROM project p JOIN usage_user u ON u.id = p.creator_user_id"),
        .. Rows("SELECT a.public_id, a.name, a.description, a.category, u.public_id, a.is_published FROM app a JOIN usage_user u ON u.id = a.creator_user_id"),
        .. Rows("""
            SELECT c.external_id, c.title, u.public_id, a.public_id, p.public_id, o.public_id, c.temperature, c.created_at, c.message_count FROM conversation c
            JOIN usage_user u ON u.id = c.user_id LEFT JOIN app a ON a.id = c.app_id LEFT JOIN project p ON p.id = c.project_id LEFT JOIN model o ON o.id = c.model_id ORDER BY 1
            """),
        .. Rows("""
            SELECT c.external_id, m.seq, m.external_id, m.parent_seq, m.source, m.marks, o.public_id, m.content FROM message m
            JOIN conversation c ON c.no = m.conversation_no LEFT JOIN model o ON o.id = m.model_id ORDER BY 1, 2
            """),
        .. Rows("""
            SELECT e.external_id, u.public_id, o.public_id, e.kind, e.input_tokens, e.output_tokens, e.cached_input_tokens, e.cache_creation_tokens, e.cost_micro_usd
            FROM usage_event e JOIN usage_user u ON u.id = e.user_id LEFT JOIN model o ON o.id = e.model_id ORDER BY 1
            """),
    ];

    [Fact]
    public async Task All_collections_give_people_sections_projects_assistants_conversations_and_tokens()
    {
        var report = await ImportZipAsync(Everything);

        Assert.Equal(
        [
            $"{Id('a')}|Ann|Ann@acme.example|active|1767607200000", $"{Id('b')}|Bob|Bob@acme.example|active|1767607200000",
            $"{Id('1')}|Berlin|{Id('a')}", $"{Id('1')}|Berlin|{Id('b')}", $"{Id('2')}|Tender|{Id('a')}", $"agent_x|Helper|Helps|hr|{Id('b')}|0",
            $"c1|Title of c1|{Id('a')}||{Id('2')}|gpt-4o|0.5|1767607260000|3", $"c2|Title of c2|{Id('b')}|agent_x|||0.5|1767607260000|2",
            "c1|0|q1||0|32||hello", "c1|1|a1|0|1|128|gpt-4o|hello", "c1|2|a2|0|1|2048|gpt-4o|hello",
            "c2|0|x1||0|0||hello", "c2|1|x2|0|1|0||hello",
        ], State().Where(row => !row.StartsWith('5') && !row.StartsWith('6') && !row.StartsWith('7') && !row.StartsWith('9')));
        Assert.Equal(["f1|a.pdf|application/pdf|12"], Rows("SELECT external_id, name, media_type, bytes FROM message_file"));
        Assert.Equal(["unknown-member"], report.Problems.Select(p => p.Code));
        Assert.Equal(0, report.Waiting);
        Assert.DoesNotContain(Dump(), row => row.Contains("canary", StringComparison.Ordinal));
        new Recount(Rows).AssertExact();
    }

    [Fact]
    public async Task Tokens_come_from_transactions_alone()
    {
        var events = new List<UsageEventItem>();
        await foreach (var item in new LibreChatReader().ReadAsync(new ImportFile(Zip(Everything), "w"), Cancellation))
        {
            Assert.All((item as ConversationItem)?.Messages ?? [], message => Assert.False(message.Usage.IsSet));
            events.AddRange(item is UsageEventItem usage ? [usage] : (item as ConversationItem)?.Requests ?? []);
        }

        events.Sort((a, b) => string.CompareOrdinal(a.Id, b.Id));
        Assert.Equal(
            [("5", "c1", "a2", "message"), ("6", "c1", "a2", "message"), ("7", null, null, "title"), ("9", null, null, null)],
            events.Select(e => (e.Id[..1], e.ConversationId.Value, e.MessageId.Value, e.Kind.Value)));
        Assert.Equal(
        [
            new TokenUsage { Input = 100, CostMicroUsd = 250 }, new TokenUsage { Output = 20, CostMicroUsd = 200 },
            new TokenUsage { Input = 7, CostMicroUsd = 1 },
            new TokenUsage { Input = 60, CacheCreation = 20, CachedInput = 30, CostMicroUsd = 30 },
        ], events.Select(e => e.Usage.Value!));
        Assert.Equal(new DateTime(2026, 1, 5, 10, 3, 0, DateTimeKind.Utc), events[0].CreatedAtUtc);
        Assert.Equal((Id('a'), "gpt-4o", "gpt-4o-mini"), (events[0].UserId.Value, events[0].Model.Value, events[3].Model.Value));
    }

    [Fact]
    public async Task Tokens_of_an_answer_are_its_messages_and_others_stand_by_themselves()
    {
        await ImportZipAsync(Everything);
        await ImportTextAsync(Everything["transactions"]);

        Assert.Equal(["a2|100|20|450"], Rows("SELECT external_id, input_tokens, output_tokens, cost_micro_usd FROM message WHERE input_tokens > 0"));
        Assert.Equal(["7|title", "60|"], Rows("SELECT input_tokens, kind FROM usage_event WHERE message_external_id IS NULL ORDER BY 1"));
        new Recount(Rows).AssertExact();
    }

    [Fact]
    public async Task Canonical_numbers_and_dates_give_the_same_as_relaxed_ones()
    {
        await ImportZipAsync(Everything);
        var before = Dump();

        var report = await ImportZipAsync(Everything.ToDictionary(c => c.Key, c => Canonical(c.Value)));

        Assert.Equal(before, Dump());
        Assert.All(report.Counts.Values, counts => Assert.Equal((0, 0), (counts.Created, counts.Changed)));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Each_collection_alone_gives_the_same_in_any_order(bool isReversed)
    {
        await ImportZipAsync(Everything);
        var whole = State();
        await DisposeAsync();
        await InitializeAsync();

        foreach (var collection in isReversed ? Order.Reverse() : Order)
        {
            var lines = Everything[collection];
            await ImportTextAsync(isReversed ? $"[{lines.TrimEnd().Replace("\n", ",\n", StringComparison.Ordinal)}]" : lines);
        }

        // Who is in a group by an id of the directory, only the ZIP tells.
        Assert.Equal(whole.Where(row => row != $"{Id('1')}|Berlin|{Id('a')}"), State());
        new Recount(Rows).AssertExact();
    }

    [Fact]
    public async Task Messages_alone_make_their_conversations()
    {
        var report = await ImportTextAsync(Everything["messages"]);

        Assert.Equal([$"c1|{Id('a')}|3", $"c2|{Id('b')}|2"],
            Rows("SELECT c.external_id, u.public_id, c.message_count FROM conversation c JOIN usage_user u ON u.id = c.user_id ORDER BY 1"));
        Assert.Equal(0, report.Waiting);
    }

    [Fact]
    public async Task An_answer_made_again_takes_the_path()
    {
        await ImportTextAsync(Everything["messages"]);

        await ImportTextAsync(Lines(Message("q3", "c1", 'a', "a1", isUser: true, 9)));

        Assert.Equal(["q1|0", "a1|0", "a2|128", "q3|0"],
            Rows("SELECT m.external_id, m.marks & 128 FROM message m JOIN conversation c ON c.no = m.conversation_no WHERE c.external_id = 'c1' ORDER BY seq"));
    }

    [Fact]
    public async Task Conversations_that_vanished_from_their_collection_are_marked_and_messages_alone_say_nothing()
    {
        await ImportZipAsync(Everything);

        Assert.Equal(0, (await ImportTextAsync(Lines(Message("q9", "c1", 'a', "a2", isUser: true, 9)))).Gone);
        Assert.Equal(1, (await ImportTextAsync(Lines(Conversation("c1", 'a')))).Gone);
        Assert.Equal(["c2"], Rows("SELECT external_id FROM conversation WHERE missing_since_import_id IS NOT NULL"));
    }

    [Fact]
    public async Task What_belongs_to_other_collections_is_told_by_its_fields()
    {
        var report = await ImportTextAsync(Lines(
            Conversation("c1", 'a'),
            $$"""{"_id":{{Oid('e')}},"conversationId":"c1","shareId":"s","title":"copy","messages":[],"user":"x"}""",
            $$"""{"_id":{{Oid('e')}},"conversationId":"c1","messageId":"m","toolId":"t","user":{{Oid('a')}}}""",
            $$"""{"_id":{{Oid('e')}},"userId":{{Oid('a')}},"value":"canary","name":"openAI"}"""));

        Assert.Equal([(2L, "unknown-record"), (3L, "unknown-record"), (4L, "unknown-record")], report.Problems.Select(p => (p.Line, p.Code)));
        Assert.Equal(["c1|0"], Rows("SELECT external_id, message_count FROM conversation"));
    }

    [Fact]
    public async Task A_broken_line_is_refused_alone()
    {
        var report = await ImportTextAsync(Lines(
            User('a', "Ann"), User('b', "Bob").Replace("Bob\"", "Bob", StringComparison.Ordinal), "{\"_id\":", "7", User('c', "Cid"), $$"""{"_id":"","email":"x","role":"USER"}"""));

        Assert.Equal(["Ann", "Cid"], Rows("SELECT name FROM usage_user ORDER BY 1"));
        Assert.Equal(["invalid-json", "invalid-json", "unknown-record", "invalid-value"], report.Problems.Select(p => p.Code));
        Assert.Equal(ImportState.Finished, report.State);
    }

    [Fact]
    public async Task A_file_that_is_cut_off_gives_what_stands_before_and_says_so()
    {
        var text = Everything["messages"];

        var report = await ImportTextAsync(text[..^30]);

        Assert.Equal(ImportState.Failed, report.State);
        Assert.Equal(["4"], Rows("SELECT count(*) FROM message"));
    }

    [Fact]
    public async Task A_zip_may_hold_exports_of_pages_and_collections_that_nobody_reads()
    {
        await ImportZipAsync(new()
        {
            ["folder/My chat"] = await File.ReadAllTextAsync(Fixture("linear"), Cancellation),
            ["LibreChat.users"] = Everything["users"],
            ["agents"] = "",
            ["sessions"] = "{\"canary\": not even JSON",
        });

        Assert.Equal(["2|1"], Rows("SELECT (SELECT count(*) FROM usage_user WHERE is_stub = 0), count(*) FROM conversation"));
    }

    [Fact]
    public async Task Files_alone_say_nothing()
    {
        var report = await ImportTextAsync(Everything["files"]);

        Assert.Equal("unplaced-file", Assert.Single(report.Problems).Code);
    }

    [Fact]
    public async Task A_zip_without_collections_and_one_over_its_limits_are_refused()
    {
        await Assert.ThrowsAsync<InvalidHeaderException>(() => ImportZipAsync(new() { ["sessions"] = "{}" }));
        await Assert.ThrowsAsync<InvalidHeaderException>(() => ImportZipAsync(Everything, new LibreChatLimits { MaxZipEntries = 3 }));

        var report = await ImportZipAsync(Everything, new LibreChatLimits { MaxTotalBytes = 2000 });

        Assert.Equal(ImportState.Failed, report.State);
        Assert.Contains("inflate", report.Failure, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Known_files_and_people_of_the_directory_are_bounded()
    {
        var files = Lines([.. Enumerable.Range(0, 5).Select(n => $$"""{"_id":{{Oid('4')}},"file_id":"f{{n}}","filename":"n{{n}}"}""")]);

        var report = await ImportZipAsync(
            new() { ["files"] = files, ["messages"] = Everything["messages"] }, new LibreChatLimits { MaxKnownFiles = 1 });

        Assert.Equal("too-many-files", Assert.Single(report.Problems).Code);
        Assert.Equal(["f1|"], Rows("SELECT external_id, name FROM message_file"));
    }

    [Fact]
    public async Task Collections_with_damage_never_give_anything_ill_formed()
    {
        var all = string.Concat(Order.Select(name => Everything[name]));
        var canonical = Canonical(all);
        var zip = await File.ReadAllBytesAsync(Zip(Everything), Cancellation);
        var read = 0;
        foreach (var whole in new[] { Encoding.UTF8.GetBytes(all), Encoding.UTF8.GetBytes(canonical), zip })
        {
            read += await DamagedFiles.ReadAsync(
                new LibreChatReader(), whole, Database.Write("damaged.json", []), seed: whole.Length, rounds: 300, Cancellation);
        }

        Assert.InRange(read, 300, 899);
    }

    private Task<ImportReport> ImportZipAsync(Dictionary<string, string> collections, LibreChatLimits? limits = null) =>
        ImportPathAsync(Zip(collections), limits);

    private string Zip(Dictionary<string, string> collections)
    {
        var path = Database.Write($"{Guid.NewGuid():N}.zip", []);
        File.Delete(path);
        using var zip = ZipFile.Open(path, ZipArchiveMode.Create);
        foreach (var (name, text) in collections)
        {
            using var writer = new StreamWriter(zip.CreateEntry($"{name}.json").Open());
            writer.Write(text);
        }

        return path;
    }
}
