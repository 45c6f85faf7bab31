using System.Text.Json;
using UsageAdmin.Ingest.Json;

namespace UsageAdmin.Ingest.OpenWebUi;

/// <summary>
/// A message's text: <c>content</c> is a string or a list of blocks; where it is empty, the text stands in the messages of
/// <c>output</c>. Pictures among the blocks are left out, they may be megabytes of base64.
/// </summary>
internal static class MessageText
{
    /// <summary>UTF-8; null: the message has none. Blocks are joined by line feeds.</summary>
    public static byte[]? Read(JsonElement message, Remarks remarks)
    {
        var text = Text(message.Member("content"), remarks);
        return text is { Length: > 0 } ? text : OutputText(message.Member("output"), remarks) ?? text;
    }

    private static byte[]? OutputText(JsonElement? output, Remarks remarks)
    {
        var texts = output.Items().Where(item => item.Member("type").Text(remarks) == "message")
            .Select(item => Text(item.Member("content"), remarks)).OfType<byte[]>().ToList();
        return texts.Count == 0 ? null : Join(texts);
    }

    private static byte[]? Text(JsonElement? content, Remarks remarks)
    {
        if (content is not { ValueKind: JsonValueKind.Array })
        {
            return (content.Member("text") ?? content).Utf8(remarks);
        }

        var texts = new List<byte[]>();
        foreach (var block in content.Items())
        {
            JsonElement? whole = block;
            if ((block.Member("text") ?? whole).Utf8(remarks) is { } text)
            {
                texts.Add(text);
            }
            else
            {
                remarks.Add("dropped-block", "content", "a block without text is left out");
            }
        }

        return Join(texts);
    }

    private static byte[] Join(List<byte[]> texts)
    {
        var joined = new MemoryStream();
        foreach (var text in texts)
        {
            if (joined.Length > 0)
            {
                joined.WriteByte((byte)'\n');
            }

            joined.Write(text);
        }

        return joined.ToArray();
    }
}
