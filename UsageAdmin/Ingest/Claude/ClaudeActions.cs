using System.Text.Json;
using UsageAdmin.Ingest.Json;

namespace UsageAdmin.Ingest.Claude;

/// <summary>The tools that an answer used: its <c>tool_use</c> blocks, and whether their results say that they failed.</summary>
internal static class ClaudeActions
{
    public static IEnumerable<ActionItem> Read(
        string messageId, JsonElement message, long line, DateTime? time, Remarks remarks)
    {
        var blocks = message.Member("content").Items().ToList();
        var results = Results(blocks, remarks);
        var ids = new HashSet<string>(StringComparer.Ordinal);
        var number = 0;
        foreach (var block in blocks.Where(block => TypeOf(block, remarks) == "tool_use"))
        {
            number++;
            var callId = block.Member("id").Text(remarks);
            var id = StorableText.Id($"{messageId}/{callId ?? $"{number}"}");
            if (block.Member("name").Id("tool_use.name", remarks) is { } name && ids.Add(id))
            {
                yield return new ActionItem
                {
                    Id = id,
                    Line = line,
                    MessageId = messageId,
                    Name = NameOf(name),
                    Status = callId is not null && results.TryGetValue(callId, out var isError)
                        ? isError ? "failed" : "ok"
                        : default(Field<string>),
                    CreatedAtUtc = block.Member("start_timestamp").Time("start_timestamp", remarks) ?? time,
                };
            }
        }
    }

    /// <summary>Our name where we have one, else the tool's own.</summary>
    public static string NameOf(string tool) => tool switch
    {
        "artifacts" => "canvas",
        "repl" => "data_analyst",
        "project_knowledge_search" => "document_search",
        _ => tool,
    };

    private static Dictionary<string, bool> Results(List<JsonElement> blocks, Remarks remarks)
    {
        var results = new Dictionary<string, bool>(StringComparer.Ordinal);
        foreach (var block in blocks.Where(block => TypeOf(block, remarks) == "tool_result"))
        {
            if (block.Member("tool_use_id").Text(remarks) is { } callId)
            {
                results[callId] = block.Member("is_error").IsTrue();
            }
        }

        return results;
    }

    private static string? TypeOf(JsonElement block, Remarks remarks) => block.Member("type").Text(remarks);
}
