using UsageAdmin.Ingest;
using UsageAdmin.Ingest.LibreChat;

namespace UsageAdmin.Tests.Ingest.LibreChat;

public sealed class PageExportTests : LibreChatTest
{
    [Theory]
    [InlineData("export", 6, 3, 0, 6)]
    [InlineData("linear", 2, 1, 0, 2)]
    [InlineData("opts-nonr-branches", 5, 2, 206, 2)]
    [InlineData("tree", 9, 4, 582, 4)]
    public async Task The_four_shapes_give_their_messages_tokens_and_newest_path(
        string fixture, int messages, int userMessages, int tokens, int onPath)
    {
        var report = await ImportPathAsync(Fixture(fixture));

        Assert.Equal((0L, 0L), (report.Refused, report.Waiting));
        Assert.Equal([$"{messages}|{userMessages}"], Rows("SELECT message_count, user_message_count FROM conversation"));
        Assert.Equal([$"{tokens}|{onPath}"], Rows(
            "SELECT sum(coalesce(input_tokens, 0) + coalesce(output_tokens, 0)), sum(CASE WHEN marks & 128 = 0 THEN 1 ELSE 0 END) FROM message"));
        new Recount(Rows).AssertExact();
    }

    [Fact]
    public async Task The_same_file_again_changes_nothing()
    {
        string[] fixtures = ["export", "linear", "opts-nonr-branches", "tree"];
        foreach (var fixture in fixtures)
        {
            await ImportPathAsync(Fixture(fixture));
        }

        var before = Dump();
        foreach (var fixture in fixtures)
        {
            var counts = (await ImportPathAsync(Fixture(fixture))).Counts["conversations"];
            Assert.Equal((0, 0, 1), (counts.Created, counts.Changed, counts.Unchanged));
        }

        Assert.Equal(before, Dump());
    }

    [Fact]
    public async Task A_question_comes_before_its_answer_of_the_same_instant()
    {
        await ImportPathAsync(Fixture("linear"));

        Assert.Equal(["0|User|", "1|Provider|gpt-4o"], Rows(
            "SELECT m.seq, CASE m.source WHEN 0 THEN 'User' ELSE 'Provider' END, o.public_id FROM message m LEFT JOIN model o ON o.id = m.model_id ORDER BY m.seq"));
    }

    [Fact]
    public async Task Options_title_and_person_are_the_conversations()
    {
        await ImportPathAsync(Fixture("tree"));

        Assert.Equal(["Troubleshooting Python Virtual Environment Activation Issue|64d4f005d73ef522e1f48818|gpt-4-turbo|0.8"], Rows(
            """
            SELECT c.title, u.public_id, o.public_id, c.temperature
            FROM conversation c JOIN usage_user u ON u.id = c.user_id JOIN model o ON o.id = c.model_id
            """));
    }

    [Theory]
    [InlineData("""{"conversationId":"c","exportAt":"x","messagesTree":[{"messageId":"q","parentMessageId":"0","children":[{"messageId":"a","parentMessageId":"q"}]}]}""")]
    [InlineData("""{"conversationId":"c","exportAt":"x","messages":{"messageId":"q","children":[{"messageId":"a"}]}}""")]
    [InlineData("""[{"conversationId":"c","messages":[{"messageId":"q"},{"messageId":"a","parentMessageId":"q"}]}]""")]
    public async Task Newer_and_odd_shapes_are_read_too(string text)
    {
        await ImportTextAsync(text.Replace("\"0\"", $"\"{LibreChatIds.NoParent}\"", StringComparison.Ordinal));

        Assert.Equal(["q|", "a|q"], Rows(
            """
            SELECT m.external_id, p.external_id FROM message m
            LEFT JOIN message p ON p.conversation_no = m.conversation_no AND p.seq = m.parent_seq ORDER BY m.seq
            """));
    }

    [Fact]
    public async Task Parts_give_text_actions_and_files()
    {
        await ImportTextAsync("""
            {"conversationId":"c","exportAt":"x","messages":[
             {"messageId":"q","isCreatedByUser":true,"text":"look","createdAt":"2026-01-05T10:00:00.000Z","files":[
              {"file_id":"f1","filename":"a.pdf","type":"application/pdf","bytes":12,"filepath":"/uploads/canary"},{"file_id":"f1"},{"height":1}]},
             {"messageId":"a","parentMessageId":"q","isCreatedByUser":false,"text":"","model":"agent_x","createdAt":"2026-01-05T10:00:01.000Z","content":[
              {"type":"think","think":"hm"},{"type":"text","text":"one"},
              {"type":"tool_call","tool_call":{"id":"t1","name":"web_search","args":"canary","output":"canary","progress":1}},
              {"type":"tool_call","tool_call":{"id":"t2","type":"function","function":{"name":"jira"}}},
              {"type":"tool_call","tool_call":{"type":"code_interpreter"}},
              {"type":"image_file","image_file":{"file_id":"f2","filename":"p.png"}},{"type":"text","text":{"value":"two"}}],
              "attachments":[{"file_id":"f3","filename":"t.csv","toolCallId":"t1"}]}]}
            """);

        Assert.Equal(["look", "one\ntwo"], Rows("SELECT content FROM message ORDER BY seq"));
        Assert.Equal(["data_analyst", "jira", "web_search"], Rows(
            "SELECT n.name FROM action_use a JOIN action_name n ON n.id = a.action_name_id ORDER BY 1"));
        Assert.Equal(["0|f1|a.pdf|application/pdf|12", "1|f2|p.png||", "1|f3|t.csv||"],
            Rows("SELECT seq, external_id, name, media_type, bytes FROM message_file ORDER BY 1, 2"));
        Assert.Equal(["agent_x|"], Rows("SELECT a.public_id, c.model_id FROM conversation c JOIN app a ON a.id = c.app_id"));
        Assert.DoesNotContain(Dump(), row => row.Contains("canary", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_flag_comes_from_a_reason_alone()
    {
        await ImportTextAsync("""
            {"conversationId":"c","exportAt":"x","messages":[{"messageId":"q","isCreatedByUser":true,"text":"x","user":"u"},
             {"messageId":"a1","parentMessageId":"q","text":"y","feedback":{"rating":"thumbsDown","tag":"inaccurate","text":"wrong"}},
             {"messageId":"a2","parentMessageId":"q","text":"y","feedback":{"rating":"thumbsDown","tag":{"key":"not_matched"}}},
             {"messageId":"a3","parentMessageId":"q","text":"y","feedback":{"rating":"thumbsUp"}},
             {"messageId":"a4","parentMessageId":"q","text":"y","feedback":{"rating":5}}]}
            """);

        Assert.Equal(["rating-a1|-1|2|inaccurate|wrong", "rating-a2|-1|0|not_matched|", "rating-a3|1|0||"],
            Rows("SELECT external_id, rating, marks, reason, comment FROM message_feedback ORDER BY 1"));
    }

    [Fact]
    public async Task Failed_answers_keep_their_tokens_and_do_not_count()
    {
        await ImportTextAsync("""
            {"conversationId":"c","exportAt":"x","messages":[{"messageId":"q","isCreatedByUser":true,"text":"x","tokenCount":3},
             {"messageId":"bad","parentMessageId":"q","text":"boom","error":true,"tokenCount":4},
             {"messageId":"empty","parentMessageId":"q","text":""},
             {"messageId":"cut","parentMessageId":"q","text":"so f","unfinished":true}]}
            """);

        Assert.Equal(["q|3||0", "bad||4|512", "empty|||256", "cut|||0"],
            Rows("SELECT external_id, input_tokens, output_tokens, marks & 768 FROM message ORDER BY seq"));
        Assert.Equal(["unfinished"], Rows("SELECT code FROM import_problem"));
    }

    [Fact]
    public async Task Texts_of_temporary_chats_stay_out()
    {
        await ImportTextAsync("""
            {"conversationId":"c","exportAt":"x","messages":[
             {"messageId":"q","isCreatedByUser":true,"text":"canary","expiredAt":"2026-02-04T10:00:00.000Z","files":[{"file_id":"f","filename":"canary"}]},
             {"messageId":"a","parentMessageId":"q","text":"canary","isTemporary":true,"feedback":{"rating":"thumbsUp","text":"canary"}},
             {"messageId":"kept","parentMessageId":"a","text":"kept","isTemporary":false,"expiredAt":{"$date":"2026-02-04T10:00:00.000Z"}}]}
            """);

        Assert.Equal(["3"], Rows("SELECT message_count FROM conversation"));
        Assert.Equal(["kept"], Rows("SELECT content FROM message WHERE content IS NOT NULL"));
        Assert.DoesNotContain(Dump(), row => row.Contains("canary", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Missing_parents_repeated_ids_and_circles_are_survived()
    {
        var report = await ImportTextAsync("""
            {"conversationId":"c","exportAt":"x","messages":[{"messageId":"a","parentMessageId":"nowhere","text":"1"},
             {"messageId":"b","parentMessageId":"d","text":"2"},{"messageId":"d","parentMessageId":"b","text":"3"},
             {"messageId":"e","parentMessageId":"e","text":"4"},{"messageId":"a","text":"again"},{"text":"no id"},7]}
            """);

        Assert.Equal(["a|1", "b|2", "d|3", "e|4"], Rows("SELECT external_id, content FROM message ORDER BY external_id"));
        Assert.Equal(["dangling-reference", "dropped-message", "duplicate-message"], report.Problems.Select(p => p.Code));
        new Recount(Rows).AssertExact();
    }

    [Fact]
    public async Task Answers_ten_thousand_deep_are_read()
    {
        const int Depth = 10_000;
        var text = string.Concat(Enumerable.Range(0, Depth).Select(n => $$"""{"messageId":"m{{n}}","text":"x","children":["""))
            + string.Concat(Enumerable.Repeat("]}", Depth));

        await ImportTextAsync($$"""{"conversationId":"c","exportAt":"x","recursive":true,"messages":[{{text}}]}""");

        Assert.Equal([$"{Depth}|{Depth - 1}"], Rows("SELECT count(*), max(parent_seq) + 1 FROM message"));
    }

    [Fact]
    public async Task Nul_half_characters_and_markup_are_text()
    {
        await ImportTextAsync("""{"conversationId":"c<b>","exportAt":"x","title":"=1+1","messages":[{"messageId":"m","text":"x\u0000\ud800<script>"}]}""");

        Assert.Equal(["c<b>|=1+1|x\uFFFD\uFFFD<script>"], Rows("SELECT c.external_id, c.title, m.content FROM conversation c, message m"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("hello")]
    [InlineData("{}")]
    [InlineData("[{\"mapping\": {}, \"id\": \"chatgpt\"}]")]
    [InlineData("{\"conversationId\":\"c\",\"exportAt\":\"x\",\"messages\":[{\"messageId\":")]
    [InlineData("{\"conversationId\":7,\"exportAt\":\"x\",\"messages\":[]}")]
    public async Task A_file_of_something_else_is_not_of_this_format(string text)
    {
        await Assert.ThrowsAsync<InvalidHeaderException>(() => ImportTextAsync(text));

        Assert.Equal(["0"], Rows("SELECT count(*) FROM import"));
    }

    [Fact]
    public async Task Files_one_behind_the_other_are_read_as_one()
    {
        var text = string.Concat(new[] { "linear", "tree" }.Select(f => File.ReadAllText(Fixture(f))));

        await ImportTextAsync(text.Insert(0, "{\"conversationId\":\"broken\n"));

        Assert.Equal(["2", "2|9"], [.. Rows("SELECT count(*) FROM conversation"), .. Rows("SELECT min(message_count), max(message_count) FROM conversation")]);
        Assert.Equal(["invalid-json"], Rows("SELECT code FROM import_problem"));
    }

    [Fact]
    public async Task A_conversation_over_the_limit_is_refused_and_the_next_is_read()
    {
        var long1 = $$"""{"conversationId":"long","exportAt":"x","messages":[{"messageId":"m","text":"{{new string('x', 3000)}}"}]}""";

        var report = await ImportTextAsync(
            $$"""[{{long1}}, {"conversationId":"c","exportAt":"x","messages":[]}]""", new LibreChatLimits { MaxRecordBytes = 1000 });

        Assert.Equal(["c"], Rows("SELECT external_id FROM conversation"));
        Assert.Equal("too-long", Assert.Single(report.Problems).Code);
    }

    [Fact]
    public async Task A_file_with_damage_never_gives_anything_ill_formed()
    {
        var read = 0;
        foreach (var fixture in new[] { "export", "linear", "opts-nonr-branches", "tree" })
        {
            read += await DamagedFiles.ReadAsync(
                new LibreChatReader(), await File.ReadAllBytesAsync(Fixture(fixture), Cancellation), Database.Write("damaged.json", []),
                seed: fixture.Length, rounds: 300, Cancellation);
        }

        Assert.InRange(read, 1, 1199);
    }
}
