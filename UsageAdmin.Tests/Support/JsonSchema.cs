using System.Text.Json;
using System.Text.RegularExpressions;

namespace UsageAdmin.Tests.Support;

/// <summary>
/// Holds JSON against a schema, as far as our own document uses the language (JSON Schema 2020-12). An unknown word in a schema
/// is an error, so that nothing goes unchecked.
/// </summary>
internal sealed class JsonSchema(JsonElement document)
{
    private static readonly string[] SaysNothing =
        ["description", "examples", "example", "default", "format", "title", "readOnly"];

    /// <returns>What does not fit, by path.</returns>
    public IEnumerable<string> Problems(JsonElement schema, JsonElement value, string path = "$")
    {
        foreach (var word in schema.EnumerateObject())
        {
            foreach (var problem in Problems(schema, word, value, path))
            {
                yield return problem;
            }
        }
    }

    /// <summary>What a <c>$ref</c> stands for; anything else is itself.</summary>
    public JsonElement Resolve(JsonElement element)
    {
        if (!element.TryGetProperty("$ref", out var reference))
        {
            return element;
        }

        var found = document;
        foreach (var name in reference.GetString()!.Split('/').Skip(1))
        {
            found = found.GetProperty(name);
        }

        return found;
    }

    private IEnumerable<string> Problems(JsonElement schema, JsonProperty word, JsonElement value, string path)
    {
        switch (word.Name)
        {
            case "$ref":
                return Problems(Resolve(schema), value, path);
            case "type":
                var types = word.Value.ValueKind == JsonValueKind.Array
                    ? word.Value.EnumerateArray().Select(t => t.GetString()!).ToArray()
                    : [word.Value.GetString()!];
                return types.Any(type => Is(type, value)) ? [] : [$"{path} is {value.ValueKind}, not {string.Join(" or ", types)}"];
            case "const":
                return JsonElement.DeepEquals(word.Value, value) ? [] : [$"{path} is {value}, not {word.Value}"];
            case "enum":
                return word.Value.EnumerateArray().Any(one => JsonElement.DeepEquals(one, value)) ? [] : [$"{path} is {value}"];
            case "pattern":
                return value.ValueKind != JsonValueKind.String || Regex.IsMatch(value.GetString()!, word.Value.GetString()!)
                    ? []
                    : [$"{path} is {value}, which does not match {word.Value}"];
            case "minimum":
                return value.GetDecimal() >= word.Value.GetDecimal() ? [] : [$"{path} is {value}"];
            case "required":
                return word.Value.EnumerateArray().Where(name =>
                        value.ValueKind == JsonValueKind.Object && !value.TryGetProperty(name.GetString()!, out _))
                    .Select(name => $"{path} lacks {name}");
            case "properties":
                return Members(value).Where(member => word.Value.TryGetProperty(member.Name, out _))
                    .SelectMany(member => Problems(word.Value.GetProperty(member.Name), member.Value, $"{path}.{member.Name}"));
            case "additionalProperties":
                var others = Members(value).Where(member =>
                    !schema.TryGetProperty("properties", out var known) || !known.TryGetProperty(member.Name, out _));
                return word.Value.ValueKind == JsonValueKind.False
                    ? others.Select(member => $"{path} has {member.Name}")
                    : others.SelectMany(member => Problems(word.Value, member.Value, $"{path}.{member.Name}"));
            case "items":
                return value.ValueKind == JsonValueKind.Array
                    ? value.EnumerateArray().SelectMany((item, i) => Problems(word.Value, item, $"{path}[{i}]"))
                    : [];
            default:
                return SaysNothing.Contains(word.Name)
                    ? []
                    : throw new NotSupportedException($"The schema at {path} says {word.Name}, which is not checked.");
        }
    }

    private static JsonElement.ObjectEnumerator Members(JsonElement value) =>
        value.ValueKind == JsonValueKind.Object ? value.EnumerateObject() : default;

    private static bool Is(string type, JsonElement value) => type switch
    {
        "object" => value.ValueKind == JsonValueKind.Object,
        "array" => value.ValueKind == JsonValueKind.Array,
        "string" => value.ValueKind == JsonValueKind.String,
        "boolean" => value.ValueKind is JsonValueKind.True or JsonValueKind.False,
        "null" => value.ValueKind == JsonValueKind.Null,
        "number" => value.ValueKind == JsonValueKind.Number,
        "integer" => value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out _),
        _ => throw new NotSupportedException(type),
    };
}
