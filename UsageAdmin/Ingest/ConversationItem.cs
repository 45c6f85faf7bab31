using UsageAdmin.Data.Schema;

namespace UsageAdmin.Ingest;

/// <summary>
/// What a file says of one conversation: all of it, or a part that is merged with what is stored (decisions.md 13). The
/// unit of writing. Readers of formats with one record per message gather records that stand together into one item.
/// </summary>
public sealed record ConversationItem : ImportItem
{
    public required string Id { get; init; }

    /// <summary>False: only records that belong to the conversation; they wait where it does not exist yet.</summary>
    public bool HasHeader { get; init; }

    /// <summary>
    /// The source does not say on which path the person was last: it is the one to the newest message, which then is set on
    /// all messages.
    /// </summary>
    public bool FollowsNewest { get; init; }

    public Field<string> UserId { get; init; }

    public Field<string> AppId { get; init; }

    public Field<string> ProjectId { get; init; }

    public Field<string> SectionId { get; init; }

    public Field<string> Model { get; init; }

    public Field<double?> Temperature { get; init; }

    public Field<string> Title { get; init; }

    public Field<string> Channel { get; init; }

    public Field<string> Deployment { get; init; }

    public Field<DateTime?> CreatedAtUtc { get; init; }

    public Field<DateTime?> EndedAtUtc { get; init; }

    public List<MessageItem> Messages { get; } = [];

    public List<FeedbackItem> Feedback { get; } = [];

    public List<ModerationItem> Moderation { get; } = [];

    public List<FileItem> Files { get; } = [];

    public List<ActionItem> Actions { get; } = [];

    /// <summary>Requests whose tokens are those of a message; each names one.</summary>
    public List<UsageEventItem> Requests { get; } = [];

    /// <summary>The records that belong to the conversation.</summary>
    internal IEnumerable<ImportItem> Parts() =>
        [.. Messages, .. Feedback, .. Moderation, .. Files, .. Actions, .. Requests];

    internal void Add(ImportItem part)
    {
        switch (part)
        {
            case MessageItem message:
                Messages.Add(message);
                break;
            case FeedbackItem feedback:
                Feedback.Add(feedback);
                break;
            case ModerationItem moderation:
                Moderation.Add(moderation);
                break;
            case FileItem file:
                Files.Add(file);
                break;
            case ActionItem action:
                Actions.Add(action);
                break;
            case UsageEventItem { MessageId.Value: not null } request:
                Requests.Add(request);
                break;
            default:
                throw new ArgumentException($"{part.GetType().Name} belongs to no conversation.", nameof(part));
        }
    }
}

public sealed record MessageItem : ImportItem
{
    public required string Id { get; init; }

    public Field<string> ParentId { get; init; }

    public Field<MessageSource?> Source { get; init; }

    /// <summary>UTF-8 without NUL. Bytes, because nothing between file and database reads it as characters.</summary>
    public Field<byte[]> Content { get; init; }

    public Field<DateTime?> CreatedAtUtc { get; init; }

    /// <summary>On the path that the person last saw; true where never stated.</summary>
    public Field<bool?> Active { get; init; }

    public Field<bool?> Hidden { get; init; }

    public Field<bool?> Failed { get; init; }

    public Field<string> Model { get; init; }

    public Field<TokenUsage> Usage { get; init; }
}

public sealed record FeedbackItem : ImportItem
{
    public required string Id { get; init; }

    public required string MessageId { get; init; }

    public Field<string> UserId { get; init; }

    public Field<int?> Rating { get; init; }

    /// <summary>Only the bits of <see cref="MessageMarks.AnyFeedback"/>.</summary>
    public Field<MessageMarks?> Flags { get; init; }

    public Field<string> Reason { get; init; }

    public Field<string> Comment { get; init; }

    public Field<DateTime?> CreatedAtUtc { get; init; }

    /// <summary>Whether it holds no opinion at all: it can take one back, but is none.</summary>
    internal bool SaysNothing =>
        Rating.Value is null && Flags.Value is null or MessageMarks.None && Reason.Value is null && Comment.Value is null;
}

/// <summary>One check of one message; it stands in the file as one result per category.</summary>
public sealed record ModerationItem : ImportItem
{
    public required string Id { get; init; }

    public required string MessageId { get; init; }

    public string? Provider { get; init; }

    public DateTime? CreatedAtUtc { get; init; }

    public required IReadOnlyList<ModerationResult> Results { get; init; }
}

/// <param name="Score">0 to 1; null: none given.</param>
/// <param name="Action"><c>none</c>, <c>hidden</c> or <c>blocked</c>; null: unknown.</param>
public sealed record ModerationResult(string Category, bool Flagged, double? Score, string? Action);

public sealed record FileItem : ImportItem
{
    public required string Id { get; init; }

    public required string MessageId { get; init; }

    public Field<string> Name { get; init; }

    public Field<string> MediaType { get; init; }

    public Field<long?> Bytes { get; init; }

    public Field<DateTime?> UploadedAtUtc { get; init; }
}

public sealed record ActionItem : ImportItem
{
    public required string Id { get; init; }

    /// <summary>Null: only the conversation is known.</summary>
    public string? MessageId { get; init; }

    public Field<string> UserId { get; init; }

    public required string Name { get; init; }

    public Field<string> Status { get; init; }

    public Field<DateTime?> CreatedAtUtc { get; init; }
}
