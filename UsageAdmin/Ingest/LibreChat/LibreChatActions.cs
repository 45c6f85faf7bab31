using System.Text.Json;
using UsageAdmin.Ingest.Json;

namespace UsageAdmin.Ingest.LibreChat;

/// <summary>The tool calls among an answer's parts.</summary>
internal static class LibreChatActions
{
    public static IEnumerable<ActionItem> Read(
        string messageId, JsonElement message, long line, DateTime? time, Remarks remarks)
    {
        var ids = new HashSet<string>(StringComparer.Ordinal);
        var number = 0;
        foreach (var part in message.Member("content").Items())
        {
            var call = part.Member("tool_call");
            if (part.Member("type").Text(remarks) != "tool_call" || call is null)
            {
                continue;
            }

            number++;
            var name = (call.Member("name") ?? call.Member("function").Member("name") ?? call.Member("type"))
                .Id("tool_call.name", remarks);
            var id = StorableText.Id($"{messageId}/{call.Member("id").Text(remarks) ?? $"{number}"}");
            if (name is not null && ids.Add(id))
            {
                yield return new ActionItem
                {
                    Id = id,
                    Line = line,
                    MessageId = messageId,
                    Name = NameOf(name),
                    CreatedAtUtc = time,
                };
            }
        }
    }

    /// <summary>Our name where we have one, else the tool's own.</summary>
    public static string NameOf(string tool) => tool switch
    {
        "web_search" or "google" or "tavily_search_results_json" or "traversaal_search" => "web_search",
        "execute_code" or "code_interpreter" => "data_analyst",
        "file_search" or "retrieval" => "document_search",
        "dalle" or "stable-diffusion" or "flux" or "image_gen_oai" or "image_edit_oai" or "gemini_image_gen" =>
            "image_generation",
        _ => tool,
    };
}
