using System.Text.Json;
using UsageAdmin.Ingest.Json;

namespace UsageAdmin.Ingest.ChatGpt;

/// <summary>The content of a ChatGPT message: its text, and the things that are shown with it.</summary>
/// <param name="Text">Text parts joined by line feeds; null: a kind of content that has none.</param>
/// <param name="IsShown">Of a kind that is shown, with something in it.</param>
/// <param name="Assets">Pointers to images and recordings, with their sizes in bytes.</param>
internal sealed record MessageContent(byte[]? Text, bool IsShown, IReadOnlyList<(string Id, long? Bytes)> Assets)
{
    public static MessageContent Read(JsonElement? content, Remarks remarks)
    {
        var texts = new List<byte[]>();
        var assets = new List<(string, long?)>();
        var hasParts = content.Member("parts") is { ValueKind: JsonValueKind.Array };
        foreach (var part in content.Member("parts").Items())
        {
            ReadPart(part, texts, assets, remarks);
        }

        if (!hasParts && (content.Member("text") ?? content.Member("result")).Utf8(remarks) is { } text)
        {
            texts.Add(text);
        }

        var isShown = content.Member("content_type").Text(remarks) is "text" or "multimodal_text"
            && (assets.Count > 0 || texts.Exists(t => t.Length > 0));
        return new MessageContent(hasParts || texts.Count > 0 ? Join(texts) : null, isShown, assets);
    }

    private static void ReadPart(
        JsonElement part, List<byte[]> texts, List<(string, long?)> assets, Remarks remarks)
    {
        JsonElement? value = part;
        if (part.ValueKind == JsonValueKind.String)
        {
            texts.Add(value.Utf8(remarks)!);
        }
        else if (part.Member("text").Utf8(remarks) is { } text)
        {
            texts.Add(text);
        }
        else if (part.Member("asset_pointer").Text(remarks) is { } pointer)
        {
            assets.Add((pointer[(pointer.IndexOf("://", StringComparison.Ordinal) is var i and >= 0 ? i + 3 : 0)..],
                part.Member("size_bytes").Number()));
        }
        else if (part.ValueKind != JsonValueKind.Null)
        {
            remarks.Add("dropped-part", "parts", "a part without text or file is left out");
        }
    }

    private static byte[] Join(List<byte[]> texts)
    {
        if (texts.Count == 1)
        {
            return texts[0];
        }

        var joined = new byte[texts.Sum(t => t.Length) + Math.Max(0, texts.Count - 1)];
        var position = 0;
        foreach (var text in texts)
        {
            if (position > 0)
            {
                joined[position++] = (byte)'\n';
            }

            text.CopyTo(joined, position);
            position += text.Length;
        }

        return joined;
    }
}
