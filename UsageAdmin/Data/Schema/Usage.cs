namespace UsageAdmin.Data.Schema;

/// <summary>
/// The roll-up: what one conversation did with one model in one UTC quarter-hour. Kept in the transaction that writes the
/// messages; equal to a recount of them at any time.
/// </summary>
public sealed class UsageSlot
{
    public long WorkspaceId { get; set; }

    /// <summary>Start of the quarter-hour.</summary>
    public DateTime SlotUtc { get; set; }

    public long ConversationNo { get; set; }

    /// <summary>A message's own model, else its answer's, else the conversation's; 0: unknown.</summary>
    public long ModelId { get; set; }

    public DateTime ConversationCreatedAtUtc { get; set; }

    public long UserId { get; set; }

    public long? AppId { get; set; }

    public long? ProjectId { get; set; }

    public long? SectionId { get; set; }

    public Surface Surface { get; set; }

    public long UserMessages { get; set; }

    public long ProviderMessages { get; set; }

    public long UserStartMessages { get; set; }

    public long FlaggedMessages { get; set; }

    public long ModeratedMessages { get; set; }

    public long BiasedMessages { get; set; }

    public long InaccurateMessages { get; set; }

    public long InappropriateMessages { get; set; }

    /// <summary>Generations: provider messages on any branch, failed ones too.</summary>
    public long Requests { get; set; }

    public long FailedRequests { get; set; }

    public long InputTokens { get; set; }

    public long OutputTokens { get; set; }

    public long CachedInputTokens { get; set; }

    public long CacheCreationTokens { get; set; }

    public long ReasoningTokens { get; set; }

    public long CostMicroUsd { get; set; }

    /// <summary>Generations that carry tokens; the others make token sums incomplete.</summary>
    public long RequestsWithTokens { get; set; }

    /// <summary>Generations whose cost the source states.</summary>
    public long RequestsWithCost { get; set; }

    /// <summary>The fewest tokens of one request that carries any; null: none does.</summary>
    public long? MinInputTokens { get; set; }

    public long? MaxInputTokens { get; set; }

    public long? MinOutputTokens { get; set; }

    public long? MaxOutputTokens { get; set; }

    /// <summary>Exported answers to exported prompts where both have a time of their own.</summary>
    public long Responses { get; set; }

    /// <summary>From prompt to answer, summed over <see cref="Responses"/>.</summary>
    public long ResponseMilliseconds { get; set; }

    /// <summary>Thumbs up for exported answers: one for every person and answer.</summary>
    public long PositiveRatings { get; set; }

    public long NegativeRatings { get; set; }
}

/// <summary>Where a message was sent: a project, else an app, else a plain chat (decisions.md 4). Numbers are stored.</summary>
public enum Surface
{
    Chat = 0,
    App = 1,
    Project = 2,
}

/// <summary>A name of a tool that models use: <c>web_search</c>, <c>Jira_Search for issues</c>.</summary>
public sealed class ActionName
{
    public long Id { get; set; }

    public long WorkspaceId { get; set; }

    public required string Name { get; set; }
}

/// <summary>One use of a tool by a model in a conversation, clustered by its time.</summary>
public sealed class ActionUse
{
    public long WorkspaceId { get; set; }

    public DateTime UsedAtUtc { get; set; }

    public long ConversationNo { get; set; }

    public long Ordinal { get; set; }

    public DateTime ConversationCreatedAtUtc { get; set; }

    /// <summary>The message it belongs to; null: only the conversation is known.</summary>
    public long? Seq { get; set; }

    public long ActionNameId { get; set; }

    public long UserId { get; set; }

    public string? Status { get; set; }

    public required string ExternalId { get; set; }
}

/// <summary>One run of a workflow.</summary>
public sealed class WorkflowRun
{
    public long WorkspaceId { get; set; }

    public DateTime StartedAtUtc { get; set; }

    public long Id { get; set; }

    public long SourceId { get; set; }

    public required string ExternalId { get; set; }

    public long WorkflowId { get; set; }

    public long? UserId { get; set; }

    public RunStatus Status { get; set; }

    public string? ErrorType { get; set; }

    /// <summary><c>manual</c>, <c>schedule</c>, <c>webhook</c>, <c>form</c> or what the source says.</summary>
    public string? Trigger { get; set; }

    public DateTime? EndedAtUtc { get; set; }

    public long? InputTokens { get; set; }

    public long? OutputTokens { get; set; }

    public long? CostMicroUsd { get; set; }

    public long? CreatedByImportId { get; set; }

    public long? ChangedByImportId { get; set; }
}

/// <summary>How a workflow run ended. Numbers are stored.</summary>
public enum RunStatus
{
    Ok = 0,
    Failed = 1,
    Cancelled = 2,

    /// <summary>The source has not said yet.</summary>
    Unknown = 3,
}

/// <summary>A request that is known by its tokens alone; never a message.</summary>
public sealed class UsageEvent
{
    public long WorkspaceId { get; set; }

    public DateTime CreatedAtUtc { get; set; }

    public long Id { get; set; }

    public long SourceId { get; set; }

    public required string ExternalId { get; set; }

    public long? UserId { get; set; }

    public long? AppId { get; set; }

    public long? ProjectId { get; set; }

    public long? ModelId { get; set; }

    /// <summary>External id of the message it belongs to, which then carries the tokens; null: it counts by itself.</summary>
    public string? MessageExternalId { get; set; }

    public string? Kind { get; set; }

    public long? InputTokens { get; set; }

    public long? OutputTokens { get; set; }

    public long? CachedInputTokens { get; set; }

    public long? CacheCreationTokens { get; set; }

    public long? ReasoningTokens { get; set; }

    public long? CostMicroUsd { get; set; }

    public long? CreatedByImportId { get; set; }

    public long? ChangedByImportId { get; set; }
}
