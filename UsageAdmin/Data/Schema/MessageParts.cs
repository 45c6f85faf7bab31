namespace UsageAdmin.Data.Schema;

/// <summary>What one person said of one message.</summary>
public sealed class MessageFeedback
{
    public long WorkspaceId { get; set; }

    public DateTime ConversationCreatedAtUtc { get; set; }

    public long ConversationNo { get; set; }

    public long Seq { get; set; }

    public long Ordinal { get; set; }

    public required string ExternalId { get; set; }

    public long? UserId { get; set; }

    /// <summary>−1, 0 or 1; null: no rating.</summary>
    public int? Rating { get; set; }

    /// <summary>Only the bits of <see cref="MessageMarks.AnyFeedback"/>.</summary>
    public MessageMarks Marks { get; set; }

    public string? Reason { get; set; }

    public string? Comment { get; set; }

    public DateTime? CreatedAtUtc { get; set; }
}

/// <summary>One category of one moderation check of a message.</summary>
public sealed class MessageModeration
{
    public long WorkspaceId { get; set; }

    public DateTime ConversationCreatedAtUtc { get; set; }

    public long ConversationNo { get; set; }

    public long Seq { get; set; }

    public long Ordinal { get; set; }

    /// <summary>The id of the check; its categories share it.</summary>
    public required string ExternalId { get; set; }

    public string? Provider { get; set; }

    public required string Category { get; set; }

    public bool Flagged { get; set; }

    /// <summary>0 to 1 as the service gives it; null: none given.</summary>
    public double? Score { get; set; }

    /// <summary><c>none</c>, <c>hidden</c> or <c>blocked</c>; null: unknown.</summary>
    public string? Action { get; set; }

    public DateTime? ModeratedAtUtc { get; set; }
}

/// <summary>A file that came with a message; never its bytes.</summary>
public sealed class MessageFile
{
    public long WorkspaceId { get; set; }

    public DateTime ConversationCreatedAtUtc { get; set; }

    public long ConversationNo { get; set; }

    public long Seq { get; set; }

    public long Ordinal { get; set; }

    public required string ExternalId { get; set; }

    public string? Name { get; set; }

    public string? MediaType { get; set; }

    public long? Bytes { get; set; }

    public DateTime? UploadedAtUtc { get; set; }
}
