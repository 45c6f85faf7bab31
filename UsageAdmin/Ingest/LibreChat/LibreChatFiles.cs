using System.Text.Json;
using UsageAdmin.Ingest.Json;

namespace UsageAdmin.Ingest.LibreChat;

/// <summary>
/// Name, type and size of what was sent with a message or made by a tool; never its text or where it lies.
/// </summary>
internal static class LibreChatFiles
{
    public static IEnumerable<FileItem> Read(
        string messageId, JsonElement message, long line, DateTime? time, Remarks remarks)
    {
        var ids = new HashSet<string>(StringComparer.Ordinal);
        foreach (var entry in Entries(message))
        {
            var name = entry.Member("filename").Text(remarks);
            var id = entry.Member("file_id").Key("file_id", remarks);
            if (id is null && name is null)
            {
                continue;
            }

            id ??= StorableText.Id($"{messageId}/{name}");
            if (ids.Add(id))
            {
                yield return new FileItem
                {
                    Id = id,
                    Line = line,
                    MessageId = messageId,
                    Name = name ?? default(Field<string>),
                    MediaType = entry.Member("type").Text(remarks) is { Length: > 0 } type ? type : default(Field<string>),
                    Bytes = KnownFiles.Size(entry.Member("bytes")) is { } bytes ? bytes : default(Field<long?>),
                    UploadedAtUtc = time,
                };
            }
        }
    }

    private static IEnumerable<JsonElement> Entries(JsonElement message) =>
    [
        .. message.Member("files").Items(),
        .. message.Member("attachments").Items(),
        .. message.Member("content").Items().Select(part => part.Member("image_file")).OfType<JsonElement>(),
    ];
}
