using UsageAdmin.Data.Schema;
using UsageAdmin.Ingest;
using UsageAdmin.Ingest.OpenWebUi;

namespace UsageAdmin.Tests.Ingest.OpenWebUi;

public sealed class ExportTests : OpenWebUiTest
{
    private static SomeChat Chat() => new SomeChat().Ask("q1", null)
        .Answer("a1", "q1", more: """{"usage":{"prompt_tokens":7},"annotation":{"rating":1},"statusHistory":[{"action":"web_search","done":true}]}""")
        .Answer("a2", "q1", "", """{"error":"boom"}""").Ask("q2", "a1", more: """{"files":[{"type":"file","id":"f","name":"a.pdf","size":3}]}""");

    [Theory]
    [InlineData(nameof(Schema.V07))]
    [InlineData(nameof(Schema.V08))]
    public async Task The_export_gives_the_same_conversations_as_the_database(string version)
    {
        using var database = NewDatabase(version == nameof(Schema.V07) ? Schema.V07 : Schema.V08).AddUser("ann", "Ann").AddChat("c1", "ann", Chat().ToString());
        if (version == nameof(Schema.V08))
        {
            Chat().WriteRows(database, "c1");
        }

        await ImportAsync(database);
        var before = Dump();

        var report = await ImportTextAsync($"[{Chat().Exported("c1", "ann")}]");

        Assert.Equal((0, 0, 1), (report.Counts["conversations"].Created, report.Counts["conversations"].Changed, report.Counts["conversations"].Unchanged));
        Assert.Equal(before, Dump());
    }

    [Fact]
    public async Task A_list_of_users_gives_the_people_their_names_before_or_after_the_chats()
    {
        await ImportTextAsync("id,name,email,role\nann,\"Ann, \"\"A\"\"\",Ann@acme.example,admin\r\n\r\nbob,Bob,,user\ncut,Cut\n");
        await ImportTextAsync($"[{Chat().Exported("c1", "ann")}, {Chat().Exported("c2", "eve")}]");
        var report = await ImportTextAsync("""
            [{"users":[{"id":"eve","name":"Eve","email":"eve@acme.example","role":"pending","created_at":1767513600,"oauth":{"sub":"canary"}}],"total":2},
             {"id":"kim","name":"Kim","email":"kim@acme.example","role":"user"}]
            """);

        Assert.Equal(["ann|Ann, \"A\"|Ann@acme.example|active|", "bob|Bob||active|", "eve|Eve|eve@acme.example|invited|1767513600000", "kim|Kim|kim@acme.example|active|"],
            Rows("SELECT public_id, name, email, status, joined_at FROM usage_user ORDER BY 1"));
        Assert.Equal(["c1|ann", "c2|eve"], Rows("SELECT c.external_id, u.public_id FROM conversation c JOIN usage_user u ON u.id = c.user_id"));
        Assert.Equal(0, report.Refused);
        Assert.Equal(["openwebui"], Rows("SELECT name FROM source"));
        Assert.DoesNotContain(Dump(), row => row.Contains("canary", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_line_without_all_fields_is_refused_with_its_number()
    {
        var report = await ImportTextAsync("id,name,email,role\nann,Ann,a@acme.example,admin\ncut,Cut\n");

        var problem = Assert.Single(report.Problems);
        Assert.Equal((true, 3L, "id"), (problem.Refused, problem.Line, problem.Field));
    }

    [Fact]
    public async Task Shared_copies_are_skipped_and_broken_elements_refused_alone()
    {
        var report = await ImportTextAsync($$$"""
            [{{{Chat().Exported("c1", "ann")}}}, {{{Chat().Exported("copy", "shared-c1")}}}, {"id": tru}, 7, {"id":"","user_id":"a","chat":{}},
             {"id":"text","user_id":"ann","chat":"no object"}, {{{Chat().Exported("c2", "ann")}}}]
            """);

        Assert.Equal(["c1", "c2"], Rows("SELECT external_id FROM conversation ORDER BY 1"));
        Assert.Equal([(3L, "invalid-json"), (4L, "not-a-chat"), (5L, "invalid-value"), (6L, "invalid-json")], report.Problems.Select(p => (p.Line, p.Code)));
    }

    [Fact]
    public async Task A_chat_over_the_limit_is_refused_and_the_next_is_read()
    {
        var path = Database.Write("long.json", System.Text.Encoding.UTF8.GetBytes(
            $"[{new SomeChat().Ask("q1", null, new string('x', 200_000)).Exported("long", "ann")}, {Chat().Exported("c2", "ann")}]"));

        var report = await ImportPathAsync(path, limits: new OpenWebUiLimits { MaxChatBytes = 100_000 });

        Assert.Equal(["c2"], Rows("SELECT external_id FROM conversation"));
        Assert.Equal("too-long", Assert.Single(report.Problems).Code);
    }

    [Fact]
    public async Task A_file_that_is_cut_anywhere_gives_whole_conversations_and_says_so()
    {
        var whole = $"[{Chat().Exported("c1", "ann")}, {Chat().Exported("c2", "ann")}]";
        var first = $"[{Chat().Exported("c1", "ann")}".Length;
        for (var length = 0; length < whole.Length; length += 97)
        {
            if (length <= first)
            {
                await Assert.ThrowsAsync<InvalidHeaderException>(() => ImportTextAsync(whole[..length]));
            }
            else
            {
                var report = await ImportTextAsync(whole[..length]);
                Assert.Equal((ImportState.Failed, 1L), (report.State, report.Refused));
                Assert.Contains($"cut off at byte {length}", report.Failure, StringComparison.Ordinal);
            }
        }

        Assert.Equal(["c1|4|3"], Rows("SELECT external_id, (SELECT count(*) FROM message), message_count FROM conversation"));
        new Recount(Rows).AssertExact();
    }

    [Theory]
    [InlineData("")]
    [InlineData("hello")]
    [InlineData("a,b,c\n1,2,3")]
    [InlineData("[{\"mapping\": {}, \"id\": \"chatgpt\"}]")]
    [InlineData("{\"a\": 1}")]
    public async Task A_file_of_something_else_is_not_of_this_format(string text)
    {
        await Assert.ThrowsAsync<InvalidHeaderException>(() => ImportTextAsync(text));

        Assert.Equal(["0"], Rows("SELECT count(*) FROM import"));
    }

    [Fact]
    public async Task An_export_without_chats_is_empty() => Assert.Empty((await ImportTextAsync("[ ]")).Problems);

    [Fact]
    public async Task A_group_needs_the_database()
    {
        var path = Database.Write("chats.json", "[]"u8);

        await Assert.ThrowsAsync<InvalidHeaderException>(() => ImportPathAsync(path, "Berlin"));
        await Assert.ThrowsAsync<ImportTargetException>(() => Service().RunAsync(new ImportRequest(path, "ndjson", "acme-main") { Group = "Berlin" }, Cancellation));
    }
}
