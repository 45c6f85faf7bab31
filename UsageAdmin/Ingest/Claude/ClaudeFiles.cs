using System.Text.Json;
using UsageAdmin.Ingest.Json;

namespace UsageAdmin.Ingest.Claude;

/// <summary>Name, type and size of what was sent with a message; never the text that Claude took out of it.</summary>
internal static class ClaudeFiles
{
    /// <summary>Files that state no id, as most do, have the message's and a number.</summary>
    public static IEnumerable<FileItem> Read(
        string messageId, JsonElement message, long line, DateTime? time, Remarks remarks)
    {
        var ids = new HashSet<string>(StringComparer.Ordinal);
        var number = 0;
        foreach (var entry in message.Member("attachments").Items().Concat(message.Member("files").Items()))
        {
            number++;
            if (entry.ValueKind != JsonValueKind.Object)
            {
                continue;
            }

            var id = (entry.Member("id") ?? entry.Member("file_uuid")).Id("files.id", remarks)
                ?? StorableText.Id($"{messageId}/{number}");
            if (ids.Add(id))
            {
                yield return new FileItem
                {
                    Id = id,
                    Line = line,
                    MessageId = messageId,
                    Name = entry.Member("file_name").Text(remarks) is { Length: > 0 } name ? name : null,
                    MediaType = entry.Member("file_type").Text(remarks) is { Length: > 0 } type ? type : null,
                    Bytes = entry.Member("file_size").Number(),
                    UploadedAtUtc = time,
                };
            }
        }
    }
}
