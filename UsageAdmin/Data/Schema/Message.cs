namespace UsageAdmin.Data.Schema;

/// <summary>One message, clustered behind its conversation; <see cref="Seq"/> orders by (time, parent before child, source order).</summary>
public sealed class Message
{
    public long WorkspaceId { get; set; }

    public DateTime ConversationCreatedAtUtc { get; set; }

    public long ConversationNo { get; set; }

    public long Seq { get; set; }

    public DateTime CreatedAtUtc { get; set; }

    public MessageSource Source { get; set; }

    public MessageMarks Marks { get; set; }

    public long? ModelId { get; set; }

    public long? ParentSeq { get; set; }

    /// <summary>Tokens of the request, cached ones included.</summary>
    public long? InputTokens { get; set; }

    public long? OutputTokens { get; set; }

    public long? CachedInputTokens { get; set; }

    public long? CacheCreationTokens { get; set; }

    public long? ReasoningTokens { get; set; }

    /// <summary>Cost in millionths of a US dollar as the source states it.</summary>
    public long? CostMicroUsd { get; set; }

    /// <summary>Unique inside the conversation.</summary>
    public required string ExternalId { get; set; }

    /// <summary>Null: unknown or withheld at ingest; empty: empty.</summary>
    public string? Content { get; set; }
}

/// <summary>Who wrote a message. Numbers are stored: never change one.</summary>
public enum MessageSource
{
    User = 0,
    Provider = 1,

    /// <summary>The answers to a starter form; never a user message.</summary>
    UserStart = 2,

    /// <summary>Never exported, never counted.</summary>
    System = 3,

    /// <summary>Never exported, never counted.</summary>
    Tool = 4,
}

/// <summary>What is known of a message. Bits are stored: never change one.</summary>
[Flags]
public enum MessageMarks
{
    None = 0,
    Biased = 1,
    Inaccurate = 2,
    Inappropriate = 4,

    /// <summary>At least one moderation result with <c>flagged: true</c>.</summary>
    Moderated = 8,

    /// <summary>There are rows in <c>message_moderation</c>.</summary>
    HasModeration = 16,

    /// <summary>There are rows in <c>message_file</c>.</summary>
    HasFiles = 32,

    /// <summary>There are rows in <c>message_feedback</c>.</summary>
    HasFeedback = 64,

    /// <summary>Not on the path that the person last saw: an edited prompt or an answer made again.</summary>
    OffActivePath = 128,

    /// <summary>The platform does not show it; not exported, not counted.</summary>
    Hidden = 256,

    /// <summary>The generation failed; keeps its tokens, not exported, not counted.</summary>
    Failed = 512,

    /// <summary>The source gave no time: it is the parent's, else the conversation's.</summary>
    InheritedTime = 1024,

    /// <summary>Its tokens are the sum of requests that name it (<see cref="UsageEvent"/>), whatever it says itself.</summary>
    TokensOfRequests = 2048,

    AnyFeedback = Biased | Inaccurate | Inappropriate,
    NotExported = Hidden | Failed,
}
