namespace UsageAdmin.Tests.Ingest;

/// <summary>Token events that name a message: the tokens are the message's and count once (decisions.md 17).</summary>
public sealed class RequestsOfMessagesTests : IngestTest
{
    private const string Conversation =
        """{"type":"conversation","id":"c1","user_id":"u1","created_at":"2026-01-05T10:00:00Z"}""";

    private const string Question =
        """{"type":"message","id":"m1","conversation_id":"c1","source":"user","content":"hi","created_at":"2026-01-05T10:00:01Z"}""";

    private const string Answer =
        """{"type":"message","id":"m2","conversation_id":"c1","parent_id":"m1","source":"provider","model":"gpt-4o","content":"hello","created_at":"2026-01-05T10:00:03Z","usage":{"input":1,"output":1}}""";

    [Theory]
    [InlineData(""","conversation_id":"c1" """)]
    [InlineData("")]
    public async Task Tokens_of_several_requests_add_up_and_replace_the_messages_own(string conversation)
    {
        await ImportAsync(Conversation, Question, Answer, Request("r1", 900, 40, conversation), Request("r2", 100, 2, conversation));

        Assert.Equal(["1000|42"], TokensOf("m2"));
        Assert.Equal(["1000|42|1"], Rows("SELECT sum(input_tokens), sum(output_tokens), sum(requests) FROM usage_slot"));
        Assert.Equal(["m2|2"], Rows("SELECT message_external_id, count(*) FROM usage_event GROUP BY 1"));
    }

    [Fact]
    public async Task Importing_a_request_again_changes_nothing_and_a_correction_takes_the_old_figures_off()
    {
        await ImportAsync(Conversation, Question, Answer, Request("r1", 900, 40), Request("r2", 100, 2));
        var before = Dump();
        await ImportAsync(Conversation, Question, Answer, Request("r1", 900, 40), Request("r2", 100, 2));
        Assert.Equal(before, Dump());

        await ImportAsync(Request("r1", 500, 40));

        Assert.Equal(["600|42"], TokensOf("m2"));
    }

    [Fact]
    public async Task A_request_waits_for_the_message_of_its_conversation()
    {
        var report = await ImportAsync(Request("r1", 900, 40));
        Assert.Equal(["usage_event r1 of conversation c1"], report.WaitingRecords);

        report = await ImportAsync(Conversation, Question, Answer);

        Assert.Equal(0, report.Waiting);
        Assert.Equal(["900|40"], TokensOf("m2"));
    }

    [Fact]
    public async Task A_request_whose_message_is_nowhere_counts_by_itself_until_the_message_comes()
    {
        var report = await ImportAsync(Request("r1", 900, 40, conversation: ""));

        Assert.Equal("unknown-message", Assert.Single(report.Problems).Code);
        Assert.Equal(["|900"], Rows("SELECT message_external_id, input_tokens FROM usage_event"));

        await ImportAsync(Conversation, Question, Answer, Request("r1", 900, 40, conversation: ""));

        Assert.Equal(["m2|900"], Rows("SELECT message_external_id, input_tokens FROM usage_event"));
        Assert.Equal(["900|40"], TokensOf("m2"));
    }

    [Fact]
    public async Task A_request_stays_with_its_message()
    {
        await ImportAsync(Conversation, Question, Answer, Request("r1", 900, 40));

        var report = await ImportAsync(Request("r1", 900, 40).Replace("\"m2\"", "\"m1\"", StringComparison.Ordinal));

        Assert.Equal("other-message", Assert.Single(report.Problems).Code);
        Assert.Equal(["900|40"], TokensOf("m2"));
        Assert.Equal(["|"], TokensOf("m1"));
    }

    /// <summary>Its new number is asked for while the request before it still waits to be written.</summary>
    [Fact]
    public async Task A_request_that_waited_is_replaced_by_one_of_another_time_behind_other_requests()
    {
        await ImportAsync(Request("r1", 900, 40));

        var report = await ImportAsync(
            """{"type":"usage_event","id":"e1","created_at":"2026-01-05T09:00:00Z","usage":{"input":7}}""",
            Conversation, Question, Answer,
            Request("r1", 500, 40, conversation: "").Replace("10:00:02", "10:00:07", StringComparison.Ordinal));

        Assert.Equal(UsageAdmin.Data.Schema.ImportState.Finished, report.State);
        Assert.Equal(["e1||7", "r1|m2|500"], Rows("SELECT external_id, message_external_id, input_tokens FROM usage_event ORDER BY 1"));
        Assert.Equal(["500|40"], TokensOf("m2"));
    }

    private static string Request(string id, int input, int output, string conversation = ""","conversation_id":"c1" """) =>
        $$$"""{"type":"usage_event","id":"{{{id}}}","message_id":"m2","created_at":"2026-01-05T10:00:02Z","model":"gpt-4o","usage":{"input":{{{input}}},"output":{{{output}}}}{{{conversation}}}}""";

    private string[] TokensOf(string message) =>
        Rows($"SELECT input_tokens, output_tokens FROM message WHERE external_id = '{message}'");
}
