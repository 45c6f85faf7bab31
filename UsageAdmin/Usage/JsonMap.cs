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

    /// <summary>Largest first, then by model.</summary>
    public static string OfTokens(IReadOnlyList<ModelTokens> models, Func<UsageTokens, long?> tokens) =>
        Of(models, tokens, static (json, number) => json.Append(number));

    /// <summary>In dollars with six places, dearest first, then by model; without models whose cost is unknown.</summary>
    public static string OfCost(IReadOnlyList<ModelTokens> models) => Of(
        models, static tokens => tokens.CostMicroUsd,
        static (json, number) => json.Append(CultureInfo.InvariantCulture, $"{number / 1_000_000m:F6}"));

    public static string Of(IReadOnlyList<string> texts) => $"[{string.Join(',', texts.Select(JsonOutput.Quote))}]";

    /// <param name="models">By name.</param>
    /// <param name="value">Null: it is unknown and left out.</param>
    private static string Of(
        IReadOnlyList<ModelTokens> models, Func<UsageTokens, long?> value, Action<StringBuilder, long> append)
    {
        if (models.Count == 0)
        {
            return "{}";
        }

        var found = new List<(long Value, int Model)>(models.Count);
        for (var model = 0; model < models.Count; model++)
        {
            if (value(models[model].Tokens) is { } known)
            {
                found.Add((known, model));
            }
        }

        found.Sort(static (a, b) => a.Value != b.Value ? b.Value.CompareTo(a.Value) : a.Model.CompareTo(b.Model));
        var json = (_json ??= new StringBuilder(4096)).Clear().Append('{');
        foreach (var (number, model) in found)
        {
            append(Key(json, models[model].Model), number);
        }

        return json.Append('}').ToString();
    }

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
