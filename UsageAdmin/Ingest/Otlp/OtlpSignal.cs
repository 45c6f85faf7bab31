namespace UsageAdmin.Ingest.Otlp;

/// <summary>What a span or log record says that is taken in.</summary>
/// <param name="Origin">Where it happened, and for whom.</param>
internal abstract record OtlpSignal(OtlpOrigin Origin);

/// <summary>One call of a model: a span, a log record, or one after the other.</summary>
/// <param name="Inputs">The whole history, as it is sent with each call; null: not recorded.</param>
/// <param name="Outputs">One message for each choice; null: not recorded.</param>
internal sealed record OtlpCall(
    OtlpOrigin Origin, string Operation, OtlpModel? Model, double? Temperature, TokenUsage? Usage, bool IsFailed,
    IReadOnlyList<OtlpMessage>? Inputs, IReadOnlyList<OtlpMessage>? Outputs) : OtlpSignal(Origin);

/// <summary>One use of a tool.</summary>
/// <param name="CallId">As the message names it that asked for it; null: not stated.</param>
internal sealed record OtlpTool(OtlpOrigin Origin, string Name, string? CallId, bool IsFailed) : OtlpSignal(Origin);

/// <summary>One run of a workflow.</summary>
internal sealed record OtlpWorkflow(OtlpOrigin Origin, string Name, string? ErrorType, bool IsFailed) : OtlpSignal(Origin);

/// <summary>What somebody or another model thinks of an answer.</summary>
internal sealed record OtlpEvaluation(
    OtlpOrigin Origin, string Name, double? Score, string? Label, string? Explanation) : OtlpSignal(Origin);

/// <summary>Only names an agent.</summary>
internal sealed record OtlpMention(OtlpOrigin Origin) : OtlpSignal(Origin);

/// <param name="Id">Trace id and span id with a hyphen between them, lower case.</param>
/// <param name="ConversationId">The source's, else that of its session, else the trace id.</param>
/// <param name="IsSpan">Spans know their start and end; log records only when they were written.</param>
/// <param name="Service">Name of the service; null: not stated.</param>
/// <param name="Deployment">Its environment, as <c>production</c>.</param>
internal sealed record OtlpOrigin(
    string Id, string ConversationId, bool IsSpan, DateTime StartUtc, DateTime EndUtc, OtlpPerson? Person, OtlpAgent? Agent,
    string? Service, string? Deployment);

internal sealed record OtlpPerson(string Id, string? Email, string? Name);

internal sealed record OtlpAgent(string Id, string? Name, string? Description);

internal sealed record OtlpModel(string Id, string? Provider);
