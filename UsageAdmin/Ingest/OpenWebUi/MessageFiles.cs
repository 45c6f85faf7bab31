using System.Text;
using System.Text.Json;
using UsageAdmin.Ingest.Json;

namespace UsageAdmin.Ingest.OpenWebUi;

/// <summary>
/// Name, type and size of what hangs on a message; never its bytes, its text or where it lies. References to knowledge,
/// notes and chats are no attachments.
/// </summary>
internal static class MessageFiles
{
    public static IEnumerable<FileItem> Read(
        string messageId, JsonElement message, long line, DateTime? time, Remarks remarks)
    {
        var number = 0;
        foreach (var entry in message.Member("files").Items())
        {
            number++;
            if (entry.ValueKind != JsonValueKind.Object || entry.Member("type").Text(remarks) is not (null or "file" or "doc" or "image" or "audio" or "video"))
            {
                continue;
            }

            var file = entry.Member("file");
            var meta = file.Member("meta") ?? entry.Member("meta");
            var url = entry.Member("url") is { ValueKind: JsonValueKind.String } address ? DataUrl.Of(address) : null;
            yield return new FileItem
            {
                Id = Id(messageId, entry.Member("id") ?? file.Member("id"), number, remarks),
                Line = line,
                MessageId = messageId,
                Name = (entry.Member("name") ?? file.Member("filename") ?? meta.Member("name")).Text(remarks),
                MediaType = (entry.Member("content_type") ?? meta.Member("content_type")).Text(remarks) ?? url?.MediaType,
                Bytes = (entry.Member("size") ?? meta.Member("size")).Number() ?? url?.Bytes,
                UploadedAtUtc = time,
            };
        }
    }

    private static string Id(string messageId, JsonElement? id, int number, Remarks remarks)
    {
        var own = id.Id("files.id", remarks) ?? $"{messageId}/{number}";
        return Encoding.UTF8.GetByteCount(own) <= StorableText.MaxIdBytes ? own : $"file-{number}";
    }

    /// <summary>A picture that stands in the chat itself, as old chats have them.</summary>
    private sealed record DataUrl(string? MediaType, long Bytes)
    {
        private const int MaxMediaType = 100;

        public static DataUrl? Of(JsonElement address)
        {
            var url = System.Runtime.InteropServices.JsonMarshal.GetRawUtf8Value(address)[1..^1];
            var comma = url.IndexOf((byte)',');
            if (!url.StartsWith("data:"u8) || comma < 0)
            {
                return null;
            }

            var type = url[5..comma];
            var end = type.IndexOf((byte)';');
            type = end < 0 ? type : type[..end];
            var data = url[(comma + 1)..].TrimEnd((byte)'=');
            return new DataUrl(
                type.Length is > 0 and <= MaxMediaType && Ascii.IsValid(type) ? Encoding.ASCII.GetString(type) : null,
                data.Length * 3L / 4);
        }
    }
}
