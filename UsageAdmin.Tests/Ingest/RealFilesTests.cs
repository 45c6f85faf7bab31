using System.Text.Json;
using System.Text.Json.Nodes;

namespace UsageAdmin.Tests.Ingest;

/// <summary>Published data that is of no platform's format, brought in as NDJSON (ingest.md 6).</summary>
public sealed class RealFilesTests : IngestTest
{
    [Theory]
    [InlineData("conv", 19_366, 22_361_870, 4_088_665)]
    [InlineData("code", 8_819, 18_059_974, 245_896)]
    public async Task Requests_of_a_day_without_people_and_models_count_by_their_tokens(
        string name, int rows, long input, long output)
    {
        var lines = File.ReadLines(Fixture("azure-llm-trace", $"AzureLLMInferenceTrace_{name}.csv")).Skip(1)
            .Select((line, i) => (Fields: line.Split(','), Number: i + 1))
            .Select(r => $$$"""{"type":"usage_event","id":"{{{name}}}-{{{r.Number}}}","created_at":"{{{r.Fields[0].Replace(' ', 'T')}}}Z","usage":{"input":{{{r.Fields[1]}}},"output":{{{r.Fields[2]}}}}}""");

        var report = await ImportAsync([.. lines]);

        Assert.Equal((0, 0), (report.Refused, report.StubCount));
        Assert.Equal([$"{rows}|{input}|{output}||"], Rows(
            "SELECT count(*), sum(input_tokens), sum(output_tokens), max(user_id), max(model_id) FROM usage_event"));
        Assert.Empty(Rows("SELECT 1 FROM message"));
        Assert.Equal(["2023-11"], report.MonthsMoved);
    }

    [Fact]
    public async Task Trees_of_answers_keep_their_branches_and_what_people_flagged()
    {
        var report = await ImportAsync([.. File.ReadLines(Fixture("oasst", "en_100_tree.jsonl")).SelectMany(TreeRecords)]);

        Assert.Equal(0, report.Refused);
        Assert.Equal(["100|480|687"], Rows(
            "SELECT count(*), sum(user_message_count), sum(message_count - user_message_count) FROM conversation"));
        Assert.Equal(["6"], Rows("SELECT sum(inappropriate_messages) FROM usage_slot"));
        Assert.Equal(["1067"], Rows("SELECT count(*) FROM message WHERE parent_seq IS NOT NULL"));
        new Recount(Rows).AssertExact();
        var before = Dump();
        await ImportAsync([.. File.ReadLines(Fixture("oasst", "en_100_tree.jsonl")).SelectMany(TreeRecords)]);
        Assert.Equal(before, Dump());
    }

    private static IEnumerable<string> TreeRecords(string line)
    {
        var tree = JsonNode.Parse(line)!;
        var id = (string)tree["message_tree_id"]!;
        yield return $$"""{"type":"conversation","id":"{{id}}","user_id":"labeller"}""";
        foreach (var record in MessageRecords(id, tree["prompt"]!))
        {
            yield return record;
        }
    }

    private static IEnumerable<string> MessageRecords(string conversation, JsonNode node)
    {
        var id = (string)node["message_id"]!;
        yield return JsonSerializer.Serialize(new
        {
            type = "message",
            id,
            conversation_id = conversation,
            parent_id = (string?)node["parent_id"],
            source = (string?)node["role"] == "prompter" ? "user" : "provider",
            content = (string?)node["text"],
        });
        if (node["emojis"]?["red_flag"] is not null)
        {
            yield return $$"""{"type":"feedback","id":"{{id}}","conversation_id":"{{conversation}}","message_id":"{{id}}","flags":["inappropriate"]}""";
        }

        foreach (var record in node["replies"]!.AsArray().SelectMany(reply => MessageRecords(conversation, reply!)))
        {
            yield return record;
        }
    }

    private static string Fixture(params string[] path) => Path.Combine([AppContext.BaseDirectory, "Fixtures", .. path]);
}
