using System.Buffers;
using System.Globalization;
using System.Text;
using UsageAdmin.Exports;

namespace UsageAdmin.Usage;

/// <summary>Minified JSON for cells; what is in it keeps its order.</summary>
internal static class JsonMap
{
    private static readonly SearchValues<char> Escaped = SearchValues.Create(
        ['"', '\\', .. Enumerable.Range(0, 0x20).Select(c => (char)c)]);

    /// <summary>Kept by the thread: files have hundreds of thousands of maps.</summary>
    [ThreadStatic]
    private static StringBuilder? _json;

    public static string Of(IReadOnlyList<UsageCount> counts)
    {
        if (counts.Count == 0)
        {
            return "{}";
        }

        var json = (_json ??= new StringBuilder(4096)).Clear().Append('{');
        foreach (var count in counts)
        {
            Key(json, count.Key).Append(count.Count);
        }

        return json.Append('}').ToString();
    }

    /// <summary>Largest first, then by model; dollars with six places.</summary>
    /// <param name="value">Null: it is unknown and left out.</param>
    public static string Of(IReadOnlyList<ModelTokens> models, Func<UsageTokens, decimal?> value, int places)
    {
        var json = new StringBuilder("{");
        var known = models.Select(m => (m.Model, Value: value(m.Tokens))).Where(m => m.Value is not null)
            .OrderByDescending(m => m.Value).ThenBy(m => m.Model, StringComparer.Ordinal);
        foreach (var (model, number) in known)
        {
            Key(json, model).Append(number!.Value.ToString($"F{places}", CultureInfo.InvariantCulture));
        }

        return json.Append('}').ToString();
    }

    public static string Of(IReadOnlyList<string> texts) => $"[{string.Join(',', texts.Select(JsonOutput.Quote))}]";

    private static StringBuilder Key(StringBuilder json, string key)
    {
        if (json.Length > 1)
        {
            json.Append(',');
        }

        return (key.AsSpan().ContainsAny(Escaped) ? json.Append(JsonOutput.Quote(key)) : json.Append('"').Append(key).Append('"'))
            .Append(':');
    }
}
