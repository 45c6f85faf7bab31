using System.Text.Json;
using UsageAdmin.Ingest.Json;

namespace UsageAdmin.Ingest.LibreChat;

/// <summary>
/// A message's text: <c>text</c>, or where that is empty the texts of the parts in <c>content</c>, as answers of agents and
/// assistants have them. What the model thought (<c>think</c>) is no part of the answer.
/// </summary>
internal static class LibreChatText
{
    /// <summary>UTF-8; null: the message states none. Parts are joined by line feeds.</summary>
    public static byte[]? Read(JsonElement message, Remarks remarks)
    {
        var text = message.Member("text").Utf8(remarks);
        if (text is { Length: > 0 })
        {
            return text;
        }

        var joined = new MemoryStream();
        foreach (var part in message.Member("content").Items())
        {
            if (PartText(part, remarks) is { Length: > 0 } partText)
            {
                if (joined.Length > 0)
                {
                    joined.WriteByte((byte)'\n');
                }

                joined.Write(partText);
            }
        }

        return joined.Length > 0 ? joined.ToArray() : text;
    }

    private static byte[]? PartText(JsonElement part, Remarks remarks)
    {
        var type = part.Member("type").Text(remarks);
        var text = type switch
        {
            "text" => part.Member("text"),
            "error" => part.Member("error") ?? part.Member("text"),
            _ => null,
        };
        return (text.Member("value") ?? text).Utf8(remarks);
    }
}
