using System.Text.Json;
using UsageAdmin.Ingest.Json;

namespace UsageAdmin.Ingest.Claude;

/// <summary>
/// A message's text: the text blocks of <c>content</c>, else <c>text</c>, in which newer exports put remarks in the place of
/// tool calls. What the model thought is no part of the answer.
/// </summary>
internal static class ClaudeText
{
    /// <summary>UTF-8; null: the message states none. Blocks are joined by line feeds.</summary>
    public static byte[]? Read(JsonElement message, Remarks remarks)
    {
        var joined = new MemoryStream();
        var hasBlocks = false;
        foreach (var block in message.Member("content").Items())
        {
            hasBlocks = true;
            if (block.Member("type").Text(remarks) == "text" && block.Member("text").Utf8(remarks) is { Length: > 0 } text)
            {
                if (joined.Length > 0)
                {
                    joined.WriteByte((byte)'\n');
                }

                joined.Write(text);
            }
        }

        return hasBlocks ? joined.ToArray() : message.Member("text").Utf8(remarks);
    }
}
