using System.Text.Json;
using Google.Protobuf;
using UsageAdmin.Ingest.Otlp.Protos;

namespace UsageAdmin.Tests.Ingest.Otlp;

/// <summary>Spans and log records of a chat on 2026-01-05 at 10:00 UTC.</summary>
internal static class SomeTelemetry
{
    /// <summary>2026-01-05T10:00:00Z.</summary>
    public const long Start = 1767607200000;

    public static string TraceId(int n) => $"5b8efff798038103d269b633813f{n:x4}";

    public static string SpanId(int n) => $"eee19b7ec3c1{n:x4}";

    public static Span Span(int n, params (string Key, object Value)[] attributes) => new()
    {
        TraceId = ByteString.CopyFrom(Convert.FromHexString(TraceId(1))),
        SpanId = ByteString.CopyFrom(Convert.FromHexString(SpanId(n))),
        Name = "chat gpt-4o",
        StartTimeUnixNano = (ulong)(Start + (n * 1000L)) * 1_000_000,
        EndTimeUnixNano = (ulong)(Start + (n * 1000L) + 500) * 1_000_000,
        Attributes = { Attributes(attributes) },
    };

    /// <summary>A call of a model without content.</summary>
    public static Span Call(int n, params (string Key, object Value)[] more) => Call(n, "conv-1", more);

    public static Span Call(int n, string conversation, params (string Key, object Value)[] more) => Span(
        n,
        [
            ("gen_ai.operation.name", "chat"), ("gen_ai.provider.name", "openai"), ("gen_ai.request.model", "gpt-4o"),
            ("gen_ai.usage.input_tokens", 12L), ("gen_ai.usage.output_tokens", 8L), ("gen_ai.conversation.id", conversation),
            .. more,
        ]);

    /// <summary>The log record of a call with its content, written 100 ms after its span's end.</summary>
    public static LogRecord Log(int n, params (string Key, object Value)[] more) => new()
    {
        TraceId = ByteString.CopyFrom(Convert.FromHexString(TraceId(1))),
        SpanId = ByteString.CopyFrom(Convert.FromHexString(SpanId(n))),
        EventName = "gen_ai.client.inference.operation.details",
        TimeUnixNano = (ulong)(Start + (n * 1000L) + 600) * 1_000_000,
        Attributes =
        {
            Attributes([("gen_ai.operation.name", "chat"), ("gen_ai.conversation.id", "conv-1"), .. more]),
        },
    };

    public static (string, object) Input(params (string Role, string Text)[] messages) => ("gen_ai.input.messages", Messages(messages));

    public static (string, object) Output(string text) => ("gen_ai.output.messages", Messages(("assistant", text)));

    /// <summary>JSON in a text, as most SDKs send it.</summary>
    public static string Messages(params (string Role, string Text)[] messages) => JsonSerializer.Serialize(
        messages.Select(m => new { role = m.Role, parts = new[] { new { type = "text", content = m.Text } } }));

    public static ExportTraceServiceRequest Traces(params IEnumerable<Span> spans) => new()
    {
        ResourceSpans =
        {
            new ResourceSpans
            {
                Resource = Service(),
                ScopeSpans = { new ScopeSpans { Spans = { spans } } },
            },
        },
    };

    public static ExportLogsServiceRequest Logs(params IEnumerable<LogRecord> records) => new()
    {
        ResourceLogs =
        {
            new ResourceLogs
            {
                Resource = Service(),
                ScopeLogs = { new ScopeLogs { LogRecords = { records } } },
            },
        },
    };

    private static Resource Service() => new()
    {
        Attributes = { Attributes([("service.name", "helpdesk"), ("deployment.environment.name", "production")]) },
    };

    /// <summary>The same as OTLP writes it in JSON, ids in upper case and integers as texts.</summary>
    public static string Json(ExportTraceServiceRequest request) => JsonSerializer.Serialize(new
    {
        resourceSpans = request.ResourceSpans.Select(group => new
        {
            resource = new { attributes = group.Resource.Attributes.Select(Json) },
            scopeSpans = group.ScopeSpans.Select(scope => new
            {
                scope = new { name = "my.library", version = "1.0.0" },
                spans = scope.Spans.Select(span => new
                {
                    traceId = Convert.ToHexString(span.TraceId.Span),
                    spanId = Convert.ToHexString(span.SpanId.Span),
                    name = span.Name,
                    kind = 3,
                    startTimeUnixNano = $"{span.StartTimeUnixNano}",
                    endTimeUnixNano = $"{span.EndTimeUnixNano}",
                    attributes = span.Attributes.Select(Json),
                    events = span.Events.Select(e => new { name = e.Name, attributes = e.Attributes.Select(Json) }),
                    status = span.Status is null ? null : new { code = span.Status.Code },
                    unknown = new { more = true },
                }),
            }),
        }),
    });

    public static IEnumerable<KeyValue> Attributes(IEnumerable<(string Key, object Value)> attributes) =>
        attributes.Select(a => new KeyValue { Key = a.Key, Value = Value(a.Value) });

    public static AnyValue Value(object value) => value switch
    {
        AnyValue any => any,
        string text => new AnyValue { StringValue = text },
        long number => new AnyValue { IntValue = number },
        double number => new AnyValue { DoubleValue = number },
        bool flag => new AnyValue { BoolValue = flag },
        _ => throw new ArgumentException($"{value.GetType()}", nameof(value)),
    };

    private static object Json(KeyValue attribute) => new { key = attribute.Key, value = Json(attribute.Value) };

    private static object Json(AnyValue value) => value.ValueCase switch
    {
        AnyValue.ValueOneofCase.IntValue => new { intValue = $"{value.IntValue}" },
        AnyValue.ValueOneofCase.DoubleValue => new { doubleValue = value.DoubleValue },
        AnyValue.ValueOneofCase.BoolValue => new { boolValue = value.BoolValue },
        AnyValue.ValueOneofCase.ArrayValue => new { arrayValue = new { values = value.ArrayValue.Values.Select(Json) } },
        AnyValue.ValueOneofCase.KvlistValue => new { kvlistValue = new { values = value.KvlistValue.Values.Select(Json) } },
        _ => new { stringValue = value.StringValue },
    };
}
