namespace UsageAdmin.Tests.Ingest;

public sealed class PendingRecordTests : IngestTest
{
    private const string Conversation = """{"type":"conversation","id":"c1","user_id":"u1","created_at":"2026-01-05T10:00:00Z"}""";
    private const string Question = """{"type":"message","id":"m1","conversation_id":"c1","source":"user","content":"hi \u0001","created_at":"2026-01-05T10:00:01Z","usage":{"input":1,"cost":0.000001}}""";
    private const string Answer = """{"type":"message","id":"m2","conversation_id":"c1","parent_id":"m1","source":"provider","content":"hello","active":false,"error":null}""";
    private const string Feedback = """{"type":"feedback","id":"f1","conversation_id":"c1","message_id":"m2","rating":-1,"flags":["biased"]}""";
    private const string Moderation = """{"type":"moderation","id":"d1","conversation_id":"c1","message_id":"m2","flagged":true,"categories":{"hate":0.75}}""";
    private const string File = """{"type":"file","id":"fl1","conversation_id":"c1","message_id":"m1","name":"a.pdf","bytes":12}""";
    private const string Action = """{"type":"action","id":"a1","conversation_id":"c1","message_id":"m2","name":"search","status":null}""";

    [Fact]
    public async Task Records_wait_for_their_conversation_and_message_over_several_files()
    {
        var report = await ImportAsync(Feedback, Moderation, Action, Answer, File, Question);
        Assert.Equal(6, report.Waiting);
        Assert.Contains("feedback f1 of conversation c1", report.WaitingRecords);

        await ImportAsync(Conversation);

        Assert.Empty(Rows("SELECT record FROM pending_record"));
        Assert.Equal(["2|1|1|1"], Rows("SELECT message_count, user_message_count, flagged_message_count, moderated_message_count FROM conversation"));
        Assert.Equal(["m1|0|", "m2|1|0"], Rows("SELECT external_id, seq, parent_seq FROM message ORDER BY seq"));
        Assert.Equal(["a1|1"], Rows("SELECT external_id, seq FROM action_use"));
        new Recount(Rows).AssertExact();
    }

    [Fact]
    public async Task Any_order_of_lines_and_files_gives_the_same_conversation()
    {
        string[] lines = [Conversation, Question, Answer, Feedback, Moderation, File, Action];
        await ImportAsync(lines);
        var expected = Conversations("acme-main");
        var random = new Random(7);
        for (var round = 0; round < 8; round++)
        {
            var workspace = await Database.AddWorkspaceAsync($"round-{round}");
            var shuffled = lines.ToArray();
#pragma warning disable CA5394 // Reproducible, not secret.
            random.Shuffle(shuffled);
            var cut = random.Next(1, lines.Length);
#pragma warning restore CA5394
            foreach (var part in new[] { shuffled[..cut], shuffled[cut..] })
            {
                await ImportFileAsync(System.Text.Encoding.UTF8.GetBytes(string.Join('\n', [Header, .. part])),
                    new UsageAdmin.Ingest.ImportRequest("", "ndjson", workspace.PublicId));
            }

            Assert.Equal(expected, Conversations(workspace.PublicId));
        }
    }

    [Fact]
    public async Task A_parent_that_comes_later_is_linked_then()
    {
        await ImportAsync(Conversation, Answer);
        Assert.Equal(["m2||1767607200000"], Rows("SELECT external_id, parent_seq, created_at FROM message"));
        var before = Dump();
        await ImportAsync(Conversation, Answer);
        Assert.Equal(before, Dump());

        await ImportAsync(Question);

        Assert.Equal(["m1||1767607201000", "m2|0|1767607201000"], Rows("SELECT external_id, parent_seq, created_at FROM message ORDER BY seq"));
        Assert.Empty(Rows("SELECT record FROM pending_record"));
    }

    [Fact]
    public async Task Waiting_records_of_one_source_are_not_taken_by_another()
    {
        await ImportAsync(Question);
        await ImportLinesAsync("""{"type":"header","format":"usageadmin-ndjson","version":1,"source":"other"}""", Conversation);

        Assert.Empty(Rows("SELECT 1 FROM message"));
        Assert.Single(Rows("SELECT 1 FROM pending_record"));
    }

    private string[] Conversations(string workspace) =>
    [
        .. Rows($"SELECT c.created_at, message_count, user_message_count, flagged_message_count, moderated_message_count, marks, content_json_bytes, ended_at FROM conversation c JOIN workspace w ON w.id = c.workspace_id WHERE w.public_id = '{workspace}'"),
        .. Rows($"SELECT seq, m.created_at, source, marks, parent_seq, input_tokens, cost_micro_usd, external_id, content FROM message m JOIN workspace w ON w.id = m.workspace_id WHERE w.public_id = '{workspace}' ORDER BY seq"),
        .. Rows($"SELECT slot, user_messages, provider_messages, requests, flagged_messages FROM usage_slot s JOIN workspace w ON w.id = s.workspace_id WHERE w.public_id = '{workspace}' ORDER BY 1"),
        .. Rows($"SELECT seq, used_at FROM action_use s JOIN workspace w ON w.id = s.workspace_id WHERE w.public_id = '{workspace}' ORDER BY 1"),
    ];
}
