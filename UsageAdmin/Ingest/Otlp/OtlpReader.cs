using System.Text;
using Google.Protobuf;
using UsageAdmin.Ingest.Ndjson;
using UsageAdmin.Ingest.Otlp.Protos;

namespace UsageAdmin.Ingest.Otlp;

/// <summary>
/// Finds what is taken in among spans and log records, by the GenAI conventions of OpenTelemetry, their current names and
/// older ones (ingest.md 4.6). What is of no GenAI operation is passed over; what is, but cannot be kept, is rejected.
/// </summary>
internal sealed class OtlpReader
{
    private const string Details = "gen_ai.client.inference.operation.details";
    private const string EvaluationResult = "gen_ai.evaluation.result";

    private static readonly string[] ContentEvents = [Details, "gen_ai.content.prompt", "gen_ai.content.completion"];

    public List<OtlpSignal> Signals { get; } = [];

    /// <summary>Spans or log records that were not taken.</summary>
    public long Rejected { get; private set; }

    /// <summary>Why the first of them was not; null: none was rejected.</summary>
    public string? Reason { get; private set; }

    public static OtlpReader Read(ExportTraceServiceRequest request)
    {
        var reader = new OtlpReader();
        foreach (var group in request.ResourceSpans)
        {
            foreach (var span in group.ScopeSpans.SelectMany(scope => scope.Spans))
            {
                reader.Add(span, group.Resource?.Attributes ?? []);
            }
        }

        return reader;
    }

    public static OtlpReader Read(ExportLogsServiceRequest request)
    {
        var reader = new OtlpReader();
        foreach (var group in request.ResourceLogs)
        {
            foreach (var record in group.ScopeLogs.SelectMany(scope => scope.LogRecords))
            {
                reader.Add(record, group.Resource?.Attributes ?? []);
            }
        }

        return reader;
    }

    private void Add(Span span, IEnumerable<KeyValue> resource)
    {
        var content = span.Events.Where(e => ContentEvents.Contains(e.Name)).Select(e => e.Attributes);
        var attributes = new OtlpAttributes([span.Attributes, .. content, resource]);
        var operation = OperationOf(attributes);
        var evaluations = span.Events.Where(e => e.Name == EvaluationResult).ToList();
        if (operation is null && evaluations.Count == 0)
        {
            return;
        }

        if (OriginOf(span.TraceId, span.SpanId, span.StartTimeUnixNano, span.EndTimeUnixNano, attributes, isSpan: true) is not { } origin)
        {
            return;
        }

        if (operation is not null)
        {
            Add(origin, operation, attributes, isFailed: span.Status?.Code == 2 || attributes.Has("error.type"));
        }

        foreach (var evaluation in evaluations)
        {
            AddEvaluation(origin, new OtlpAttributes(evaluation.Attributes));
        }
    }

    private void Add(LogRecord record, IEnumerable<KeyValue> resource)
    {
        var body = record.Body?.ValueCase == AnyValue.ValueOneofCase.KvlistValue ? record.Body.KvlistValue.Values : [];
        var attributes = new OtlpAttributes(record.Attributes, body, resource);

        // Before it had a field of its own, the name of an event was an attribute.
        var name = record.EventName.Length > 0 ? record.EventName : attributes.Text("event.name");
        if (name is not (Details or EvaluationResult))
        {
            return;
        }

        var time = record.TimeUnixNano > 0 ? record.TimeUnixNano : record.ObservedTimeUnixNano;
        if (OriginOf(record.TraceId, record.SpanId, time, time, attributes, isSpan: false) is not { } origin)
        {
            return;
        }

        if (name == Details)
        {
            Add(origin, OperationOf(attributes) ?? "chat", attributes, isFailed: attributes.Has("error.type"));
        }
        else
        {
            AddEvaluation(origin, attributes);
        }
    }

    /// <summary>Null: it is no operation of a model or an agent.</summary>
    private static string? OperationOf(OtlpAttributes attributes) =>
        attributes.Text("gen_ai.operation.name", "llm.request.type")?.ToLowerInvariant()
        ?? (attributes.Has("gen_ai.request.model") || attributes.Has("gen_ai.response.model") ? "chat" : null);

    private void Add(OtlpOrigin origin, string operation, OtlpAttributes attributes, bool isFailed)
    {
        switch (operation)
        {
            case "chat" or "text_completion" or "completion" or "generate_content":
                Signals.Add(Call(origin, operation, attributes, isFailed, withContent: true));
                break;
            case "embeddings" or "embedding":
                Signals.Add(Call(origin, "embeddings", attributes, isFailed, withContent: false));
                break;
            case "execute_tool" when Limited(attributes.Text("gen_ai.tool.name")) is { } name:
                Signals.Add(new OtlpTool(origin, name, Limited(attributes.Text("gen_ai.tool.call.id")), isFailed));
                break;
            case "invoke_workflow" when Limited(attributes.Text("gen_ai.workflow.name")) is { } name:
                Signals.Add(new OtlpWorkflow(origin, name, attributes.Text("error.type"), isFailed));
                break;
            default:
                // What an agent does stands in the spans below its own, which would be counted twice.
                if (origin.Agent is not null)
                {
                    Signals.Add(new OtlpMention(origin));
                }

                break;
        }
    }

    private static OtlpCall Call(OtlpOrigin origin, string operation, OtlpAttributes attributes, bool isFailed, bool withContent)
    {
        var model = Limited(attributes.Text("gen_ai.response.model", "gen_ai.request.model"));
        return new OtlpCall(
            origin, operation,
            model is null ? null : new OtlpModel(model, attributes.Text("gen_ai.provider.name", "gen_ai.system")),
            attributes.Real("gen_ai.request.temperature"), UsageOf(attributes), isFailed,
            withContent
                ? OtlpMessages.Read(attributes.Value("gen_ai.input.messages", "gen_ai.prompt"), "user")
                    ?? OtlpMessages.ReadNumbered(attributes, "gen_ai.prompt", "user")
                : null,
            withContent
                ? OtlpMessages.Read(attributes.Value("gen_ai.output.messages", "gen_ai.completion"), "assistant")
                    ?? OtlpMessages.ReadNumbered(attributes, "gen_ai.completion", "assistant")
                : null);
    }

    private void AddEvaluation(OtlpOrigin origin, OtlpAttributes attributes)
    {
        if (Limited(attributes.Text("gen_ai.evaluation.name")) is { } name)
        {
            Signals.Add(new OtlpEvaluation(
                origin, name, attributes.Real("gen_ai.evaluation.score.value"), attributes.Text("gen_ai.evaluation.score.label"),
                attributes.Text("gen_ai.evaluation.explanation")));
        }
    }

    /// <summary>Null: no number of tokens is stated.</summary>
    private static TokenUsage? UsageOf(OtlpAttributes attributes)
    {
        var usage = new TokenUsage
        {
            Input = attributes.Count("gen_ai.usage.input_tokens", "gen_ai.usage.prompt_tokens"),
            Output = attributes.Count("gen_ai.usage.output_tokens", "gen_ai.usage.completion_tokens"),
            CachedInput = attributes.Count("gen_ai.usage.cache_read.input_tokens", "gen_ai.usage.cache_read_input_tokens"),
            CacheCreation = attributes.Count("gen_ai.usage.cache_creation.input_tokens", "gen_ai.usage.cache_creation_input_tokens"),
            Reasoning = attributes.Count("gen_ai.usage.reasoning.output_tokens", "gen_ai.usage.reasoning_tokens"),
        };
        return usage == new TokenUsage() ? null : usage;
    }

    /// <summary>Null: the record is rejected.</summary>
    private OtlpOrigin? OriginOf(
        ByteString traceId, ByteString spanId, ulong startNanoseconds, ulong endNanoseconds, OtlpAttributes attributes, bool isSpan)
    {
        if (!IsId(traceId, 16) || !IsId(spanId, 8))
        {
            return Reject("A span or event of a GenAI operation has no trace id of 16 bytes or no span id of 8 bytes.");
        }

        if (!Rfc3339.TryFromMilliseconds((long)(startNanoseconds / 1_000_000), out var start) || start == DateTime.UnixEpoch)
        {
            return Reject("A span or event of a GenAI operation has no time between 1970 and 2999.");
        }

        if (!Rfc3339.TryFromMilliseconds((long)(endNanoseconds / 1_000_000), out var end) || end < start)
        {
            end = start;
        }

        var trace = Convert.ToHexStringLower(traceId.Span);
        var conversation = attributes.Text("gen_ai.conversation.id", "session.id") ?? trace;
        var person = PersonOf(attributes);
        var agentId = attributes.Text("gen_ai.agent.id", "gen_ai.agent.name");
        if (!IsShort(conversation) || !IsShort(person?.Id) || !IsShort(agentId))
        {
            return Reject($"The id of a conversation, user or agent is longer than {StorableText.MaxIdBytes} bytes.");
        }

        return new OtlpOrigin(
            $"{trace}-{Convert.ToHexStringLower(spanId.Span)}", conversation, isSpan, start, end, person,
            agentId is null ? null : new OtlpAgent(agentId, attributes.Text("gen_ai.agent.name"), attributes.Text("gen_ai.agent.description")),
            attributes.Text("service.name"), attributes.Text("deployment.environment.name", "deployment.environment"));
    }

    private static OtlpPerson? PersonOf(OtlpAttributes attributes) =>
        attributes.Text("user.id", "enduser.id", "user.email") is { } id
            ? new OtlpPerson(id, attributes.Text("user.email"), attributes.Text("user.full_name", "user.name"))
            : null;

    private OtlpOrigin? Reject(string reason)
    {
        Rejected++;
        Reason ??= reason;
        return null;
    }

    private static bool IsId(ByteString id, int length) => id.Length == length && id.Span.ContainsAnyExcept((byte)0);

    private static bool IsShort(string? id) => id is null || Encoding.UTF8.GetByteCount(id) <= StorableText.MaxIdBytes;

    private static string? Limited(string? id) => IsShort(id) ? id : null;
}
