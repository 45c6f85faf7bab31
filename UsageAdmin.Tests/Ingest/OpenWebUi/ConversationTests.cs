using System.Text.Json.Nodes;
using UsageAdmin.Data.Schema;
using UsageAdmin.Ingest;

namespace UsageAdmin.Tests.Ingest.OpenWebUi;

public sealed class ConversationTests : OpenWebUiTest
{
    private const string Off = "128";

    private Task<ImportReport> ImportAsync(SomeChat chat) => ImportTextAsync($"[{chat.Exported("c1", "ann")}]");

    [Fact]
    public async Task Edited_prompts_answers_made_again_and_several_models_are_branches_that_all_count()
    {
        await ImportAsync(new SomeChat { Models = ["a", "b"] }
            .Ask("q1", null).Answer("a1", "q1")
            .Ask("q1b", null, "edited").Answer("a1b", "q1b", more: """{"modelIdx":0}""", model: "a")
            .Answer("a2b", "q1b", more: """{"modelIdx":1}""", model: "b"));

        Assert.Equal([$"q1|0|{Off}|||", $"a1|1|{Off}|llama3:8b||", "q1b|0|0|||", $"a1b|1|{Off}|a||", "a2b|1|0|b||"], Messages());
        Assert.Equal(["5|2"], Rows("SELECT message_count, user_message_count FROM conversation"));
        new Recount(Rows).AssertExact();
    }

    [Fact]
    public async Task A_failed_generation_keeps_its_tokens_and_does_not_count()
    {
        await ImportAsync(new SomeChat().Ask("q1", null)
            .Answer("a1", "q1", "", """{"error":{"content":"boom"},"usage":{"prompt_tokens":5}}""")
            .Answer("a2", "q1", "", """{"error":"boom"}""").Answer("a3", "q1", "", """{"error":true}""")
            .Answer("a4", "q1", more: """{"error":null}""").Answer("a5", "q1", more: """{"error":false}"""));

        Assert.Equal(["q1|0|0", "a1|1|640", "a2|1|640", "a3|1|640", "a4|1|128", "a5|1|0"], Messages().Select(m => string.Join('|', m.Split('|')[..3])));
        Assert.Equal(["3"], Rows("SELECT message_count FROM conversation"));
        Assert.Equal(["5"], Rows("SELECT sum(input_tokens) FROM usage_slot"));
    }

    [Theory]
    [InlineData("""{"prompt_tokens":0,"completion_tokens":1333,"total_tokens":1333}""", "0|1333||")]
    [InlineData("""{"input_tokens":30,"output_tokens":20,"prompt_tokens":10,"completion_tokens":8}""", "30|20||")]
    [InlineData("""{"prompt_eval_count":12,"eval_count":34,"response_token/s":8.1,"total_duration":123456789}""", "12|34||")]
    [InlineData("""{"prompt_n":3,"predicted_n":4}""", "3|4||")]
    [InlineData("""{"prompt_tokens":9,"completion_tokens":8,"prompt_tokens_details":{"cached_tokens":7},"completion_tokens_details":{"reasoning_tokens":6}}""", "9|8|7|6")]
    [InlineData("""{"input_tokens":9,"output_tokens":8,"cache_read_input_tokens":5,"output_tokens_details":{"reasoning_tokens":4}}""", "9|8|5|4")]
    [InlineData("""{"input_tokens":9.0,"output_tokens":-8,"input_tokens_details":{"cached_tokens":3},"completion_tokens_details":{}}""", "9||3|")]
    [InlineData("""{"prompt_tokens":"12","total_duration":1}""", "|||")]
    [InlineData("{}", "|||")]
    public async Task Tokens_come_in_every_dialect(string usage, string tokens)
    {
        await ImportAsync(new SomeChat().Ask("q1", null).Answer("a1", "q1", more: $$"""{"usage":{{usage}}}"""));

        Assert.Equal([tokens], Rows(
            "SELECT input_tokens, output_tokens, cached_input_tokens, reasoning_tokens FROM message WHERE source = 1"));
    }

    [Theory]
    [InlineData("""{"info":{"usage":{"prompt_tokens":1,"completion_tokens":2}}}""")]
    [InlineData("""{"info":{"prompt_eval_count":1,"eval_count":2}}""")]
    [InlineData("""{"usage":{},"info":{"prompt_eval_count":1,"eval_count":2}}""")]
    public async Task Tokens_of_older_chats_stand_in_info(string more)
    {
        await ImportAsync(new SomeChat().Ask("q1", null).Answer("a1", "q1", more: more));

        Assert.Equal("a1|1|0|llama3:8b|1|2", Messages()[1]);
    }

    [Fact]
    public async Task A_rating_and_its_row_are_one_act_and_the_latest_row_holds()
    {
        using var database = NewDatabase(Schema.V07).AddUser("ann", "Ann").AddUser("bob", "Bob")
            .AddChat("c1", "ann", new SomeChat().Ask("q1", null).Answer("a1", "q1", more: """{"annotation":{"rating":1,"tags":["x"]},"feedbackId":"r2"}""")
                .Ask("q2", "a1").Answer("a2", "q2", more: """{"annotation":{"rating":-1,"reason":"too_long","comment":""}}""").ToString())
            .AddRating("r2", "ann", "c1", "a1", """{"rating":"-1","reason":"not_factually_correct","comment":"wrong year"}""", SomeDatabase.Created + 9)
            .AddRating("r1", "ann", "c1", "a1", """{"rating":1}""", SomeDatabase.Created + 3)
            .AddRating("r3", "bob", "c1", "a1", """{"rating":1}""").AddRating("arena", "ann", "other", "m", """{"rating":1}""");

        var report = await ImportAsync(database);

        Assert.Equal(["rating-a1|ann|-1|2|not_factually_correct|wrong year|1767600000000", "rating-a1-bob|bob|1|0|||1767600000000", "rating-a2||-1|0|too_long||"], Rows(
            """
            SELECT f.external_id, u.public_id, f.rating, f.marks, f.reason, f.comment, f.created_at FROM message_feedback f
            LEFT JOIN usage_user u ON u.id = f.user_id ORDER BY seq, ordinal
            """));
        Assert.Equal(["feedback rating-m of conversation other"], report.WaitingRecords);
    }

    [Fact]
    public async Task Tools_are_named_once_per_call_wherever_the_chat_tells_of_them()
    {
        const string Block = """<details type=\"tool_calls\" done=\"true\" id=\"call_1\" name=\"get_weather\" arguments=\"&quot;a > b&quot;\" result='x'>\n<summary>Tool</summary>\n</details>""";
        await ImportAsync(new SomeChat()
            .Ask("q1", null, """<details type="tool_calls" id="x" name="not_a_call">""")
            .Answer("a1", "q1", more: $$$"""
                {"content":"{{{Block}}} and <details type=\"reasoning\" name=\"no\">",
                 "output":[{"type":"function_call","call_id":"call_1","name":"get_weather","status":"completed"},
                           {"type":"function_call_output","call_id":"call_1"},{"type":"web_search_call","id":"w"},{"type":"message","content":[]}],
                 "statusHistory":[{"action":"web_search","done":false},{"action":"web_search_queries_generated","done":true},
                                  {"action":"knowledge_search","done":false},{"action":"knowledge_search","done":true,"error":true},{"action":"sources_retrieved"}]}
                """)
            .Answer("a2", "q1", more: $$"""{"content":"{{Block}}"}"""));

        Assert.Equal(["a1/call_1|get_weather|ok", "a1/w|web_search|", "a1/status-document_search|document_search|failed", "a2/call_1|get_weather|"], Rows(
            "SELECT u.external_id, n.name, u.status FROM action_use u JOIN action_name n ON n.id = u.action_name_id ORDER BY u.ordinal"));
        new Recount(Rows).AssertExact();
    }

    [Fact]
    public async Task Files_come_with_name_type_and_size_alone()
    {
        await ImportAsync(new SomeChat().Ask("q1", null, more: """
            {"files":[{"type":"file","id":"f1","name":"a.pdf","size":12,"file":{"id":"f1","data":{"content":"the text"},"meta":{"content_type":"application/pdf"}}},
                      {"type":"image","url":"data:image/png;base64,QUJDRA=="},{"type":"collection","id":"k","name":"Knowledge"},7,null]}
            """).Answer("a1", "q1"));

        Assert.Equal(["f1|a.pdf|application/pdf|12", "q1/2||image/png|4"], Rows("SELECT external_id, name, media_type, bytes FROM message_file"));
        Assert.DoesNotContain(Dump(), row => row.Contains("the text", StringComparison.Ordinal) || row.Contains("QUJD", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Files_that_the_database_ties_to_a_message_are_added_once()
    {
        using var database = NewDatabase(Schema.V07).AddUser("ann", "Ann")
            .AddChat("c1", "ann", new SomeChat().Ask("q1", null, more: """{"files":[{"type":"file","id":"f1","name":"a.pdf"}]}""").ToString());
        foreach (var (id, message) in ((string, string?)[])[("f1", "q1"), ("f2", "q1"), ("f3", null)])
        {
            database.Add("file", "id", id, "user_id", "ann", "filename", $"{id}.txt", "meta", """{"content_type":"text/plain","size":5}""",
                "data", """{"content":"the text"}""", "path", "/secret/place", "created_at", 1);
            database.Add("chat_file", "id", $"x{id}", "user_id", "ann", "chat_id", "c1", "file_id", id, "message_id", message, "created_at", SomeDatabase.Created, "updated_at", 1);
        }

        await ImportAsync(database);

        Assert.Equal(["f1|a.pdf||", "f2|f2.txt|text/plain|5"], Rows("SELECT external_id, name, media_type, bytes FROM message_file"));
        Assert.DoesNotContain(Dump(), row => row.Contains("the text", StringComparison.Ordinal) || row.Contains("secret", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Content_may_be_a_list_of_blocks_or_stand_in_the_output()
    {
        await ImportAsync(new SomeChat()
            .Ask("q1", null, more: """{"content":[{"type":"text","text":"look"},{"type":"image_url","image_url":{"url":"data:x"}},{"type":"text","text":"here"}]}""")
            .Answer("a1", "q1", more: """{"content":"","output":[{"type":"reasoning","content":[{"text":"hm"}]},{"type":"message","content":[{"type":"output_text","text":"seen"}]}]}""")
            .Ask("q2", "a1", more: """{"content":null}""").Answer("a2", "q2", ""));

        Assert.Equal(["look\nhere|0", "seen|0", "|256", "|256"], Rows("SELECT content, marks FROM message ORDER BY seq"));
    }

    [Fact]
    public async Task System_and_tool_messages_are_kept_and_not_shown()
    {
        await ImportAsync(new SomeChat().Ask("s", null, more: """{"role":"system"}""").Ask("q1", "s").Answer("t", "q1", more: """{"role":"tool"}""")
            .Answer("x", "t", more: """{"role":"oracle"}""").Answer("a1", "x"));

        Assert.Equal(["3|256", "0|0", "4|256", "3|256", "1|0"], Rows("SELECT source, marks FROM message ORDER BY seq"));
        Assert.Equal(["2"], Rows("SELECT message_count FROM conversation"));
    }

    [Theory]
    [InlineData("1767600000", "1767600000000|0")]
    [InlineData("1767600000123", "1767600000123|0")]
    [InlineData("1767600000.5", "1767600000500|0")]
    [InlineData("\"1767600000\"", "1767600000000|0")]
    [InlineData("12", "1767600000000|1024")]
    [InlineData("99999999999999999999999999999999999999", "1767600000000|1024")]
    [InlineData("4102444800", "1767600000000|1024")]
    [InlineData("\"yesterday\"", "1767600000000|1024")]
    [InlineData("null", "1767600000000|1024")]
    public async Task Times_are_seconds_or_milliseconds_and_what_is_none_is_the_chats(string time, string expected)
    {
        await ImportAsync(new SomeChat().Ask("q1", null, more: $$"""{"timestamp":{{time}}}"""));

        Assert.Equal([expected], Rows("SELECT created_at, marks FROM message"));
    }

    [Fact]
    public async Task Links_to_nowhere_circles_and_a_missing_current_message_do_no_harm()
    {
        var chat = new SomeChat().Ask("q1", "nowhere").Answer("a1", "q1").Ask("x", "y").Answer("y", "x").Ask("old", null);
        chat.Message("q1")["childrenIds"]!.AsArray().Add(JsonValue.Create("gone"));
        chat.Message("old")["timestamp"] = SomeDatabase.Created - 100;
        chat.Message("y")["timestamp"] = SomeDatabase.Created + 90;
        chat.Current = "gone";

        var report = await ImportAsync(chat);

        Assert.Equal(["cycle", "dangling-reference"], report.Problems.Select(p => p.Code).Order(StringComparer.Ordinal));
        Assert.Equal((0, 5), (report.Refused, report.Counts["messages"].Created));
        Assert.Equal(["a1|0", "old|128", "q1|0", "x|128", "y|128"], Rows("SELECT external_id, marks FROM message ORDER BY 1"));
    }

    [Fact]
    public async Task Chats_from_before_there_were_branches_are_one_path()
    {
        await ImportTextAsync($$$"""
            [{"id":"c1","user_id":"ann","title":"t","created_at":{{{SomeDatabase.Created}}},"updated_at":1,
              "chat":{"models":["m"],"messages":[{"role":"user","content":"hi"},{"role":"assistant","content":"yes"},{"role":"user","content":"ok"}]}}]
            """);

        Assert.Equal(["m1|0|", "m2|0|0", "m3|0|1"], Rows("SELECT external_id, marks & 128, parent_seq FROM message ORDER BY seq"));
    }

    [Fact]
    public async Task Rows_of_messages_count_and_the_chat_says_which_path_is_seen()
    {
        var chat = new SomeChat().Ask("q1", null).Answer("a1", "q1", more: """{"usage":{"prompt_tokens":1,"completion_tokens":1}}""").Answer("a2", "q1");
        using var database = NewDatabase(Schema.V08).AddUser("ann", "Ann").AddChat("c1", "ann", chat.ToString());
        chat.WriteRows(database, "c1");
        database.Run("UPDATE chat_message SET usage = '{\"prompt_tokens\":1,\"input_tokens\":50,\"output_tokens\":60}', created_at = 1 WHERE id = 'c1-a1'")
            .Add("chat_message", "id", "c1-late", "chat_id", "c1", "role", "assistant", "parent_id", "q1", "content", "\"written by the server\"",
                "model_id", "m2", "done", 1, "usage", "{broken", "created_at", SomeDatabase.Created + 500, "updated_at", 1);

        var report = await ImportAsync(database);

        Assert.Equal([$"q1|0|0|||", $"a1|1|{Off}|llama3:8b|50|60", "a2|1|0|llama3:8b||", $"late|1|{Off}|m2||"], Messages());
        Assert.Equal(["1767600060000"], Rows("SELECT created_at FROM message WHERE external_id = 'a1'"));
        Assert.Equal(["invalid-json"], report.Problems.Select(p => p.Code));
    }

    [Fact]
    public async Task Nul_half_characters_and_markup_are_ordinary_text()
    {
        await ImportTextAsync("""
            [{"id":"c1","user_id":"ann","title":"<b>\u0000","created_at":1767600000,"chat":{"history":{"currentId":"q",
              "messages":{"q":{"id":"q","role":"user","content":"x\ud83dz"},"\u0000":{"role":"user","content":"=1+1"}}}}}]
            """);

        Assert.Equal(["<b>\uFFFD"], Rows("SELECT title FROM conversation"));
        Assert.Equal(["=1+1", "x\uFFFDz"], Rows("SELECT content FROM message ORDER BY 1"));
    }

    [Fact]
    public void The_marks_of_these_tests_are_those_of_the_schema() => Assert.Equal(
        (128, 256, 512, 1024), ((int)MessageMarks.OffActivePath, (int)MessageMarks.Hidden, (int)MessageMarks.Failed, (int)MessageMarks.InheritedTime));
}
