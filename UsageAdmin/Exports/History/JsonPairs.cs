using System.Text.Json;
using UsageAdmin.Components.Shared;

namespace UsageAdmin.Exports.History;

/// <summary>A JSON object as lines of name and value, for people to read.</summary>
public static class JsonPairs
{
    private const int LongestValue = 200;
    private const int MostLines = 400;

    /// <summary>Nested names are joined by <c>.</c>; nulls and empty lists are left out; what is very long is cut.</summary>
    public static IReadOnlyList<(string Name, string Value)> Of(string? json)
    {
        if (json is null)
        {
            return [];
        }

        using var document = JsonDocument.Parse(json);
        return [.. Lines("", document.RootElement).Take(MostLines)];
    }

    private static IEnumerable<(string Name, string Value)> Lines(string path, JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => value.EnumerateObject().SelectMany(p => Lines(Join(path, p.Name), p.Value)),
        JsonValueKind.Array when value.EnumerateArray().Any(item => item.ValueKind is JsonValueKind.Object) =>
            value.EnumerateArray().SelectMany((item, i) => Lines(Join(path, NameOf(item) ?? $"{i + 1}"), item)),
        JsonValueKind.Array when value.GetArrayLength() > 0 =>
            [(path, Names.Cut(string.Join(", ", value.EnumerateArray().Select(Text)), LongestValue))],
        JsonValueKind.Null or JsonValueKind.Undefined or JsonValueKind.Array => [],
        _ => [(path, Names.Cut(Text(value), LongestValue))],
    };

    private static string Join(string path, string name) =>
        Names.Cut(path.Length == 0 ? name : $"{path}.{name}", LongestValue);

    /// <summary>What tells an object of a list from the others: its first text, a month for example.</summary>
    private static string? NameOf(JsonElement item) =>
        item.ValueKind == JsonValueKind.Object
        && item.EnumerateObject().Select(p => p.Value).FirstOrDefault(v => v.ValueKind == JsonValueKind.String) is var first
        && first.ValueKind == JsonValueKind.String
            ? first.GetString()
            : null;

    private static string Text(JsonElement value) =>
        value.ValueKind == JsonValueKind.String ? value.GetString()! : value.GetRawText();
}
