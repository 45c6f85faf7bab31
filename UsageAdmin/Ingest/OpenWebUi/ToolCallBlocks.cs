using System.Net;

namespace UsageAdmin.Ingest.OpenWebUi;

/// <summary>
/// The calls that an answer's text carries as <c>&lt;details type="tool_calls" id="…" name="…"&gt;</c>, as Open WebUI wrote
/// them before it kept them apart in <c>output</c>.
/// </summary>
internal static class ToolCallBlocks
{
    private const string Opening = "<details";

    /// <summary>Id and name of each call; the id may be empty.</summary>
    public static IEnumerable<(string Id, string Name)> Find(string text)
    {
        for (var at = text.IndexOf(Opening, StringComparison.Ordinal); at >= 0;
             at = text.IndexOf(Opening, at, StringComparison.Ordinal))
        {
            at += Opening.Length;
            var attributes = Attributes(text, ref at);
            if (attributes.GetValueOrDefault("type") == "tool_calls" && attributes.GetValueOrDefault("name") is { Length: > 0 } name)
            {
                yield return (attributes.GetValueOrDefault("id") ?? "", name);
            }
        }
    }

    /// <summary>The attributes from a place inside a tag on; moves behind the tag.</summary>
    private static Dictionary<string, string> Attributes(string text, ref int at)
    {
        var attributes = new Dictionary<string, string>(StringComparer.Ordinal);
        while (at < text.Length && text[at] != '>')
        {
            var start = at;
            while (at < text.Length && text[at] is not ('=' or '>') && !char.IsWhiteSpace(text[at]))
            {
                at++;
            }

            if (at == start)
            {
                at++;
            }
            else if (at + 1 < text.Length && text[at] == '=' && text[at + 1] is '"' or '\'')
            {
                var end = text.IndexOf(text[at + 1], at + 2);
                if (end < 0)
                {
                    at = text.Length;
                    break;
                }

                attributes.TryAdd(text[start..at], WebUtility.HtmlDecode(text[(at + 2)..end]));
                at = end + 1;
            }
        }

        return attributes;
    }
}
