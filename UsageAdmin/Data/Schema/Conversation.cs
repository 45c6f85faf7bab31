namespace UsageAdmin.Data.Schema;

/// <summary>
/// A conversation with the counters that pages and exports read. Clustered by (workspace, created at, no);
/// <see cref="No"/> is the identity and never changes, <see cref="CreatedAtUtc"/> only clusters.
/// </summary>
public sealed class Conversation
{
    public long WorkspaceId { get; set; }

    public DateTime CreatedAtUtc { get; set; }

    public long No { get; set; }

    public long SourceId { get; set; }

    public required string ExternalId { get; set; }

    /// <summary>The id shown, where it is not the external id because another source of the workspace has the same.</summary>
    public string? PublicId { get; set; }

    public long UserId { get; set; }

    public long? AppId { get; set; }

    public long? ProjectId { get; set; }

    /// <summary>The conversation's own section; null: that of its user at the time (decisions.md 9).</summary>
    public long? SectionId { get; set; }

    /// <summary>The model the source names for the whole conversation.</summary>
    public long? ModelId { get; set; }

    /// <summary>The model that exports show: the last exported provider message's, else <see cref="ModelId"/>.</summary>
    public long? LastModelId { get; set; }

    public double? Temperature { get; set; }

    public string? Title { get; set; }

    public string? Channel { get; set; }

    public string? Deployment { get; set; }

    /// <summary>The end that the source states; null: none stated.</summary>
    public DateTime? SourceEndedAtUtc { get; set; }

    /// <summary>The source's end, else the time of the last exported message, else null.</summary>
    public DateTime? EndedAtUtc { get; set; }

    /// <summary>Whether <see cref="CreatedAtUtc"/> is the source's; else it is the earliest message's.</summary>
    public bool HasSourceCreatedAt { get; set; }

    /// <summary>Exported messages (decisions.md 1).</summary>
    public long MessageCount { get; set; }

    /// <summary>Exported messages with source <c>user</c>.</summary>
    public long UserMessageCount { get; set; }

    public long FlaggedMessageCount { get; set; }

    public long ModeratedMessageCount { get; set; }

    /// <summary>The flags of all exported messages together.</summary>
    public MessageMarks Marks { get; set; }

    /// <summary>Bytes that the exported messages' content takes in the file, quotes and escapes included.</summary>
    public long ContentJsonBytes { get; set; }

    public long? CreatedByImportId { get; set; }

    public long? ChangedByImportId { get; set; }

    public long? MissingSinceImportId { get; set; }

    /// <summary>When the source deleted it (a tombstone). History stays.</summary>
    public DateTime? DeletedAtUtc { get; set; }
}
