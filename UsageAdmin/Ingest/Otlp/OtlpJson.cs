using System.Globalization;
using System.Text.Json;
using Google.Protobuf;
using UsageAdmin.Ingest.Otlp.Protos;

namespace UsageAdmin.Ingest.Otlp;

/// <summary>
/// OTLP as JSON into the messages of its protobuf form. Unlike ordinary protobuf JSON, ids are hexadecimal, in either case;
/// 64-bit integers are strings or numbers; unknown names are passed over (OTLP specification, "JSON Protobuf Encoding").
/// </summary>
internal static class OtlpJson
{
    /// <summary>Of arrays and objects in each other.</summary>
    private const int MaxDepth = 64;

    /// <exception cref="JsonException">It is no JSON, or nested too deeply.</exception>
    public static ExportTraceServiceRequest Traces(ReadOnlyMemory<byte> json)
    {
        using var document = Parse(json);
        var request = new ExportTraceServiceRequest();
        foreach (var group in Items(document.RootElement, "resourceSpans"))
        {
            var spans = new ResourceSpans { Resource = ResourceOf(group) };
            foreach (var scope in Items(group, "scopeSpans"))
            {
                spans.ScopeSpans.Add(new ScopeSpans { Spans = { Items(scope, "spans").Select(Span) } });
            }

            request.ResourceSpans.Add(spans);
        }

        return request;
    }

    /// <exception cref="JsonException">It is no JSON, or nested too deeply.</exception>
    public static ExportLogsServiceRequest Logs(ReadOnlyMemory<byte> json)
    {
        using var document = Parse(json);
        var request = new ExportLogsServiceRequest();
        foreach (var group in Items(document.RootElement, "resourceLogs"))
        {
            var logs = new ResourceLogs { Resource = ResourceOf(group) };
            foreach (var scope in Items(group, "scopeLogs"))
            {
                logs.ScopeLogs.Add(new ScopeLogs { LogRecords = { Items(scope, "logRecords").Select(Log) } });
            }

            request.ResourceLogs.Add(logs);
        }

        return request;
    }

    /// <summary>Ordinary JSON as a value, for attributes that carry it as text; null: it is none.</summary>
    public static AnyValue? TryParse(string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text, new JsonDocumentOptions { MaxDepth = MaxDepth });
            return Plain(document.RootElement);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static JsonDocument Parse(ReadOnlyMemory<byte> json)
    {
        var document = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = MaxDepth });
        if (document.RootElement.ValueKind == JsonValueKind.Object)
        {
            return document;
        }

        document.Dispose();
        throw new JsonException("It is no object.");
    }

    private static Resource ResourceOf(JsonElement group) =>
        new() { Attributes = { Member(group, "resource") is { } resource ? Attributes(resource) : [] } };

    private static Span Span(JsonElement json) => new()
    {
        TraceId = Id(json, "traceId"),
        SpanId = Id(json, "spanId"),
        Name = Text(json, "name"),
        StartTimeUnixNano = Unsigned(json, "startTimeUnixNano"),
        EndTimeUnixNano = Unsigned(json, "endTimeUnixNano"),
        Attributes = { Attributes(json) },
        Events =
        {
            Items(json, "events").Select(e => new Span.Types.Event { Name = Text(e, "name"), Attributes = { Attributes(e) } }),
        },
        Status = Member(json, "status") is { } status ? new Status { Code = Code(status) } : null,
    };

    private static LogRecord Log(JsonElement json) => new()
    {
        TraceId = Id(json, "traceId"),
        SpanId = Id(json, "spanId"),
        TimeUnixNano = Unsigned(json, "timeUnixNano"),
        ObservedTimeUnixNano = Unsigned(json, "observedTimeUnixNano"),
        EventName = Text(json, "eventName"),
        Attributes = { Attributes(json) },
        Body = Member(json, "body") is { } body ? Value(body) : null,
    };

    private static IEnumerable<KeyValue> Attributes(JsonElement json) => Items(json, "attributes").Select(KeyValue);

    private static KeyValue KeyValue(JsonElement json) => new()
    {
        Key = Text(json, "key"),
        Value = Member(json, "value") is { } value ? Value(value) : null,
    };

    private static AnyValue Value(JsonElement json)
    {
        foreach (var member in json.ValueKind == JsonValueKind.Object ? json.EnumerateObject() : default)
        {
            switch (member.Name)
            {
                case "stringValue" when member.Value.ValueKind == JsonValueKind.String:
                    return new AnyValue { StringValue = TextOf(member.Value) };
                case "boolValue" when member.Value.ValueKind is JsonValueKind.True or JsonValueKind.False:
                    return new AnyValue { BoolValue = member.Value.GetBoolean() };
                case "intValue" when Signed(member.Value) is { } number:
                    return new AnyValue { IntValue = number };
                case "doubleValue" when Real(member.Value) is { } real:
                    return new AnyValue { DoubleValue = real };
                case "arrayValue":
                    return new AnyValue { ArrayValue = new ArrayValue { Values = { Items(member.Value, "values").Select(Value) } } };
                case "kvlistValue":
                    return new AnyValue { KvlistValue = new KeyValueList { Values = { Items(member.Value, "values").Select(KeyValue) } } };
                default:
                    break;
            }
        }

        return new AnyValue();
    }

    private static AnyValue Plain(JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.String => new AnyValue { StringValue = TextOf(json) },
        JsonValueKind.True or JsonValueKind.False => new AnyValue { BoolValue = json.GetBoolean() },
        JsonValueKind.Number when json.TryGetInt64(out var number) => new AnyValue { IntValue = number },
        JsonValueKind.Number => new AnyValue { DoubleValue = json.GetDouble() },
        JsonValueKind.Array => new AnyValue { ArrayValue = new ArrayValue { Values = { json.EnumerateArray().Select(Plain) } } },
        JsonValueKind.Object => new AnyValue
        {
            KvlistValue = new KeyValueList
            {
                Values = { json.EnumerateObject().Select(m => new KeyValue { Key = NameOf(m), Value = Plain(m.Value) }) },
            },
        },
        _ => new AnyValue(),
    };

    private static JsonElement.ArrayEnumerator Items(JsonElement json, string name) =>
        json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out var items) && items.ValueKind == JsonValueKind.Array
            ? items.EnumerateArray()
            : default;

    private static JsonElement? Member(JsonElement json, string name) =>
        json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out var member)
        && member.ValueKind == JsonValueKind.Object
            ? member
            : null;

    private static string Text(JsonElement json, string name) =>
        json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out var text) && text.ValueKind == JsonValueKind.String
            ? TextOf(text)
            : "";

    private static string TextOf(JsonElement json)
    {
        var isReplaced = false;
        return StorableText.Text(json, ref isReplaced);
    }

    private static string NameOf(JsonProperty member)
    {
        var isReplaced = false;
        return StorableText.Name(member, ref isReplaced);
    }

    /// <summary>Empty: it is no hexadecimal id.</summary>
    private static ByteString Id(JsonElement json, string name)
    {
        var text = Text(json, name);
        return text.Length % 2 == 0 && text.All(char.IsAsciiHexDigit)
            ? ByteString.CopyFrom(Convert.FromHexString(text))
            : ByteString.Empty;
    }

    private static ulong Unsigned(JsonElement json, string name) =>
        json.ValueKind != JsonValueKind.Object || !json.TryGetProperty(name, out var number) ? 0
        : number.ValueKind == JsonValueKind.Number ? (number.TryGetUInt64(out var value) ? value : 0)
        : number.ValueKind == JsonValueKind.String && ulong.TryParse(
            TextOf(number), NumberStyles.None, CultureInfo.InvariantCulture, out value) ? value : 0;

    private static long? Signed(JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.Number when json.TryGetInt64(out var number) => number,
        JsonValueKind.String when long.TryParse(
            TextOf(json), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) => number,
        _ => null,
    };

    private static double? Real(JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.Number => json.GetDouble(),
        JsonValueKind.String when double.TryParse(
            TextOf(json), NumberStyles.Float, CultureInfo.InvariantCulture, out var number) => number,
        _ => null,
    };

    private static int Code(JsonElement status) =>
        !status.TryGetProperty("code", out var code) ? 0
        : code.ValueKind == JsonValueKind.Number ? (code.TryGetInt32(out var number) ? number : 0)
        : code.ValueKind == JsonValueKind.String && TextOf(code) is "STATUS_CODE_ERROR" or "2" ? 2 : 0;
}
