using UsageAdmin.Ingest.Writing;
using UsageAdmin.Tests.Support;

namespace UsageAdmin.Tests.Ingest;

public sealed class MergeTests : IngestTest
{
    private const string Conversation =
        """{"type":"conversation","id":"c1","workspace_id":"acme-main","user_id":"u1","app_id":"app1","model":"gpt-4o","created_at":"2026-01-05T10:00:00Z"}""";

    private static readonly string[] Sample =
    [
        """{"type":"user","id":"u1","email":"A@example.com","name":"A","role":"admin","joined_at":"2025-03-01","status":"active"}""",
        """{"type":"section","id":"s1","name":"Berlin"}""",
        """{"type":"membership","user_id":"u1","section_id":"s1","role":"editor","joined_at":"2025-03-02","left_at":null}""",
        """{"type":"model","id":"gpt-4o","provider":"openai","name":"GPT-4o","bring_your_keys":true,"usd_per_million_input":2.5,"usd_per_million_output":10}""",
        """{"type":"app","id":"app1","name":"Helper","category":"Support","creator_id":"u1","published":true,"published_at":"2025-04-01T00:00:00Z","created_at":"2025-03-20T09:00:00Z","archived_at":null,"model":"gpt-4o","valid_from":"2025-03-20T09:00:00Z"}""",
        """{"type":"workflow","id":"wf1","name":"Intake","creator_id":"u1"}""",
        """{"type":"project","id":"p1","name":"Tender 12","creator_id":"u2"}""",
        Conversation,
        """{"type":"message","id":"m1","conversation_id":"c1","parent_id":null,"source":"user","content":"hi \"you\"","created_at":"2026-01-05T10:00:01.250Z"}""",
        """{"type":"message","id":"m2","conversation_id":"c1","parent_id":"m1","source":"provider","model":"gpt-4o","content":"hello","created_at":"2026-01-05T10:00:03Z","active":true,"error":null,"usage":{"input":12,"output":8,"cost":0.0002,"currency":"USD"}}""",
        """{"type":"feedback","id":"f1","conversation_id":"c1","message_id":"m2","user_id":"u1","rating":-1,"flags":["inaccurate"],"created_at":"2026-01-05T10:02:00Z"}""",
        """{"type":"moderation","id":"md1","conversation_id":"c1","message_id":"m1","provider":"openai","flagged":true,"moderated":false,"categories":{"harassment":0.91,"hate":0.01},"created_at":"2026-01-05T10:00:01Z"}""",
        """{"type":"file","id":"fl1","conversation_id":"c1","message_id":"m1","name":"a.pdf","media_type":"application/pdf","bytes":1234}""",
        """{"type":"action","id":"a1","conversation_id":"c1","message_id":"m2","user_id":"u1","name":"web_search","status":"ok","created_at":"2026-01-05T10:00:02Z"}""",
        """{"type":"workflow_run","id":"r1","workflow_id":"wf1","user_id":"u1","status":"ok","trigger":"manual","started_at":"2026-01-05T11:00:00Z","ended_at":"2026-01-05T11:00:09Z","usage":{"input":900,"output":40}}""",
        """{"type":"usage_event","id":"req-1","user_id":"u1","app_id":"app1","model":"gpt-4o","kind":"chat","created_at":"2026-01-05T12:00:00Z","usage":{"input":900,"output":40,"cost":0.01,"currency":"USD"}}""",
        """{"type":"tombstone","entity":"user","id":"u2","deleted_at":"2026-01-20T00:00:00Z"}""",
    ];

    [Fact]
    public async Task Every_kind_of_record_comes_in()
    {
        var report = await ImportAsync(Sample);

        Assert.Empty(report.Problems);
        Assert.Equal(["u1|A@example.com|a@example.com|A|active", "u2||||"],
            Rows("SELECT public_id, email, normalized_email, name, status FROM usage_user ORDER BY id"));
        Assert.Equal(["2|1|1|1|19|2026-01-05 10:00:03"],
            Rows("SELECT message_count, user_message_count, flagged_message_count, moderated_message_count, " +
                 $"content_json_bytes, {Support.Rows.Instant("ended_at", "%Y-%m-%d %H:%M:%S")} FROM conversation"));
    }

    [Fact]
    public async Task Of_a_record_that_is_refused_nothing_is_taken()
    {
        var report = await ImportAsync(
            Conversation,
            """{"type":"message","id":"m1","conversation_id":"c1","source":"user","content":"a","created_at":"2026-01-05T10:00:01Z"}""",
            """{"type":"message","id":"m2","conversation_id":"c1","parent_id":"m1","content":"refused"}""",
            """{"type":"message","id":"m2","conversation_id":"c1","source":"user","content":"b","created_at":"2026-01-05T10:00:02Z"}""");

        Assert.Equal("missing-field", Assert.Single(report.Problems).Code);
        Assert.Equal(["m1||a", "m2||b"], Rows("SELECT external_id, parent_seq, content FROM message ORDER BY seq"));
    }

    /// <summary>Else reading what is stored costs more with every conversation that came before.</summary>
    [Fact]
    public void A_stored_conversation_s_actions_are_found_by_its_number()
    {
        TestEngine.SkipUnlessSqlite();
        using var session = Database.Database.OpenRead();
        var sql = ConversationLoader.ActionsOfConversation(session.Sql);

        Assert.Contains(
            Rows($"EXPLAIN QUERY PLAN {sql.Replace("?1", "1").Replace("?2", "1")}"),
            step => step.EndsWith("(workspace_id=? AND conversation_no=?)", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Parents_in_a_circle_are_cut_at_the_same_link_each_time()
    {
        string[] lines =
        [
            """{"type":"conversation","id":"c1","user_id":"u1","created_at":"2026-01-05T10:00:00Z"}""",
            """{"type":"message","id":"a","conversation_id":"c1","parent_id":"b","source":"user","content":"1","created_at":"2026-01-05T10:00:00Z"}""",
            """{"type":"message","id":"b","conversation_id":"c1","parent_id":"c","source":"user","content":"2","created_at":"2026-01-05T10:00:00Z"}""",
            """{"type":"message","id":"c","conversation_id":"c1","parent_id":"a","source":"user","content":"3","created_at":"2026-01-05T10:00:00Z"}""",
        ];
        await ImportAsync(lines);
        var before = Dump();

        var report = await ImportAsync(lines);

        Assert.Equal(before, Dump());
        Assert.Empty(report.MonthsMoved);
    }

    [Fact]
    public async Task Importing_the_same_file_twice_changes_nothing()
    {
        await ImportAsync(Sample);
        var before = Dump();
        var report = await ImportAsync(Sample);

        Assert.Equal(before, Dump());
        Assert.All(report.Counts.Values, counts => Assert.Equal((0, 0), (counts.Created, counts.Changed)));
    }
}
