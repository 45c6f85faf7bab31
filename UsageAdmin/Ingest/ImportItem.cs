using UsageAdmin.Data.Schema;

namespace UsageAdmin.Ingest;

/// <summary>
/// One thing that a reader found in a file. Ids are external ids of the source; times are UTC. What a reader yields is
/// well formed: text is valid Unicode without NUL, ids are 1 to 200 bytes, enumerations are known.
/// </summary>
public abstract record ImportItem
{
    /// <summary>1-based line, or record where the format has no lines.</summary>
    public long Line { get; init; }
}

/// <summary>A record that could not be read (<see cref="Refused"/>), or a remark about one that was.</summary>
public sealed record ProblemItem(bool Refused, string Code, string? FieldName, string Text) : ImportItem;

/// <summary>The file's own statements about itself; the first item of formats that have them.</summary>
public sealed record HeaderItem : ImportItem
{
    public string? Source { get; init; }

    /// <summary>When the file was made; dates changes of names that carry no time of their own.</summary>
    public DateTime? GeneratedAtUtc { get; init; }

    /// <summary>Whether what the file does not hold is gone at the source.</summary>
    public Completeness Completeness { get; init; }
}

/// <summary>How much of a source a file holds. What it would hold and does not is marked as gone (ingest.md 4.1).</summary>
public enum Completeness
{
    /// <summary>A part: nothing follows from what is absent.</summary>
    None,

    /// <summary>All conversations of the people in it.</summary>
    People,

    /// <summary>All conversations of the source.</summary>
    All,
}

/// <summary>What records about named things share.</summary>
public abstract record DimensionItem : ImportItem
{
    public required string Id { get; init; }

    public Field<string> Name { get; init; }

    /// <summary>From when the values of this record hold; null: the file's time, else the import's.</summary>
    public DateTime? ValidFromUtc { get; init; }
}

public sealed record UserItem : DimensionItem
{
    public Field<string> Email { get; init; }

    public Field<MemberRole?> Role { get; init; }

    public Field<DateTime?> JoinedAtUtc { get; init; }

    public Field<string> Status { get; init; }
}

public sealed record SectionItem : DimensionItem;

public sealed record MembershipItem : ImportItem
{
    public required string UserId { get; init; }

    /// <summary>Null: the workspace itself.</summary>
    public string? SectionId { get; init; }

    public Field<MemberRole?> Role { get; init; }

    public Field<DateTime?> JoinedAtUtc { get; init; }

    public Field<DateTime?> LeftAtUtc { get; init; }

    public DateTime? ValidFromUtc { get; init; }
}

public sealed record ModelItem : DimensionItem
{
    public Field<string> Provider { get; init; }

    public Field<bool?> BringYourKeys { get; init; }

    public Field<long?> MicroUsdPerMillionInput { get; init; }

    public Field<long?> MicroUsdPerMillionOutput { get; init; }
}

/// <summary>Apps, projects and workflows: what somebody made.</summary>
public abstract record CreatedItem : DimensionItem
{
    public Field<string> CreatorId { get; init; }

    public Field<DateTime?> CreatedAtUtc { get; init; }

    public Field<DateTime?> ArchivedAtUtc { get; init; }
}

public sealed record AppItem : CreatedItem
{
    public Field<string> Category { get; init; }

    public Field<bool?> Published { get; init; }

    public Field<DateTime?> PublishedAtUtc { get; init; }

    public Field<string> Description { get; init; }

    public Field<string> Url { get; init; }

    public Field<string> Model { get; init; }
}

public sealed record ProjectItem : CreatedItem;

public sealed record WorkflowItem : CreatedItem;

public sealed record WorkflowRunItem : ImportItem
{
    public required string Id { get; init; }

    public required string WorkflowId { get; init; }

    public Field<string> UserId { get; init; }

    public Field<RunStatus?> Status { get; init; }

    public Field<string> ErrorType { get; init; }

    public Field<string> Trigger { get; init; }

    public required DateTime StartedAtUtc { get; init; }

    public Field<DateTime?> EndedAtUtc { get; init; }

    public Field<TokenUsage> Usage { get; init; }
}

public sealed record UsageEventItem : ImportItem
{
    public required string Id { get; init; }

    public required DateTime CreatedAtUtc { get; init; }

    public Field<string> UserId { get; init; }

    public Field<string> AppId { get; init; }

    public Field<string> ProjectId { get; init; }

    public Field<string> Model { get; init; }

    /// <summary>The message whose tokens these are; null: the request stands for itself (decisions.md 17).</summary>
    public Field<string> MessageId { get; init; }

    /// <summary>Of that message, where it is known.</summary>
    public Field<string> ConversationId { get; init; }

    public Field<string> Kind { get; init; }

    public Field<TokenUsage> Usage { get; init; }
}

/// <summary>The source deleted something. History stays.</summary>
public sealed record TombstoneItem(EntityType Entity, string Id, DateTime? DeletedAtUtc) : ImportItem;

/// <summary>Tokens and cost of one request; null: not stated. Input includes cached tokens.</summary>
public sealed record TokenUsage
{
    public long? Input { get; init; }

    public long? Output { get; init; }

    public long? CachedInput { get; init; }

    public long? CacheCreation { get; init; }

    public long? Reasoning { get; init; }

    /// <summary>Millionths of a US dollar.</summary>
    public long? CostMicroUsd { get; init; }
}
