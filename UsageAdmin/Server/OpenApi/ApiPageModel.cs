using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using UsageAdmin.Components.Shared;
using UsageAdmin.Usage.Api;

namespace UsageAdmin.Server.OpenApi;

/// <summary>The API's document as the page shows it, with examples for this server and for the month before today.</summary>
public sealed class ApiPageModel
{
    private static readonly JsonSerializerOptions Readable = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        WriteIndented = true,
        NewLine = "\n",
    };

    private readonly string _server;
    private readonly JsonObject _document;
    private readonly (string From, string To) _lastMonth;

    internal ApiPageModel(string server, DateOnly today)
    {
        (_server, _document) = (server, ApiDocument.Of(server));
        var first = new DateOnly(today.Year, today.Month, 1).AddMonths(-1);
        _lastMonth = (Show(first), Show(first.AddMonths(1).AddDays(-1)));
    }

    /// <summary>By tag, without further names of the same thing.</summary>
    internal static IEnumerable<IGrouping<string, ApiOperation>> Groups() => ApiOperations.All()
        .Where(o => !o.Path.StartsWith(UsageApiEndpoints.Prefixes[1], StringComparison.Ordinal)
            && (o.Scopes.Length > 0 || !o.TakesSession) && !o.Path.EndsWith("/csv", StringComparison.Ordinal) && !o.Path.Contains("/agents", StringComparison.Ordinal))
        .GroupBy(o => o.Tag);

    internal JsonNode ParameterOf(string name) => _document["components"]!["parameters"]![name]!;

    /// <summary>What a <c>$ref</c> stands for; anything else is itself.</summary>
    public JsonNode Resolve(JsonNode node)
    {
        if (node["$ref"]?.GetValue<string>() is not { } reference)
        {
            return node;
        }

        JsonNode found = _document;
        foreach (var name in reference.Split('/').Skip(1))
        {
            found = found[name]!;
        }

        return found;
    }

    /// <summary>The objects of a list; null: it is no list of objects with known fields.</summary>
    public JsonNode? ItemsOf(JsonNode schema) =>
        schema["items"] is { } items && Resolve(items) is { } item && item["properties"] is not null ? item : null;

    /// <summary>The schema of a body or an answer; null: it has none, or one without fields.</summary>
    internal JsonNode? SchemaOf(string? name) => name is null ? null : _document["components"]!["schemas"]![name];

    internal static IEnumerable<(string Name, string Json)> ExamplesOf(JsonNode content) =>
        content["examples"] is JsonObject examples
            ? examples.Select(e => (e.Key, e.Value!["value"]!.ToJsonString(Readable)))
            : [];

    internal string? ExampleOf(JsonNode content) => content["schema"] is { } schema && Resolve(schema)["examples"] is JsonArray { Count: > 0 } examples
        ? examples[0]!.ToJsonString(Readable)
        : null;

    public static string TypeOf(JsonNode schema)
    {
        if (schema["enum"] is JsonArray values)
        {
            return string.Join(" | ", values.Select(value => value?.ToString() ?? "null"));
        }

        var type = schema["type"] switch
        {
            JsonArray types => string.Join(" | ", types.Select(t => t!.ToString())),
            { } one => one.ToString(),
            null => "",
        };
        return schema["format"] is { } format ? $"{type}, {format}" : type;
    }

    public static string? DescriptionOf(JsonNode field, JsonNode resolved) =>
        (field["description"] ?? resolved["description"])?.ToString();

    /// <summary>A command that can be run as it is, once the key is in its file.</summary>
    internal string CommandOf(ApiOperation operation)
    {
        var parts = new List<string> { "curl" };
        if (operation.Method == "post")
        {
            parts.Add("-X POST");
        }

        if (operation.Scopes.Length > 0)
        {
            parts.Add(KeyFile.Option);
        }

        if (operation.Path.Contains("export.", StringComparison.Ordinal) || operation.Path.EndsWith("/file", StringComparison.Ordinal)
            || operation.Path.StartsWith("/d/", StringComparison.Ordinal))
        {
            parts.Add("--fail -OJ");
        }

        if (operation.Body is not null)
        {
            parts.Add($"-H 'Content-Type: {operation.BodyType}'");
        }

        if (operation.Tag == "Ingest")
        {
            parts.Add($"--data-binary @{(operation.BodyType == "application/json" ? "telemetry.json" : "usage.ndjson")}");
        }
        else if (operation.Body is not null)
        {
            parts.Add($$$"""-d '{"from":{"date":"{{{_lastMonth.From}}}","timezone":"UTC"},"to":{"date":"{{{_lastMonth.To}}}","timezone":"UTC"}}'""");
        }

        parts.Add($"'{_server}{AddressOf(operation)}'");
        return string.Join(' ', parts);
    }

    private string AddressOf(ApiOperation operation)
    {
        var path = operation.Path;
        var takesRange = false;
        foreach (var parameter in operation.Parameters.Select(ParameterOf))
        {
            var name = parameter["name"]!.ToString();
            takesRange |= name == "range";
            path = path.Replace($"{{{name}}}", parameter["in"]!.ToString() == "path" ? parameter["example"]!.ToString() : "", StringComparison.Ordinal);
        }

        return takesRange ? $"{path}?range=last-month" : path;
    }

    private static string Show(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
