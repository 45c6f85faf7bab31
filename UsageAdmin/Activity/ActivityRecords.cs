using UsageAdmin.Data.Schema;

namespace UsageAdmin.Activity;

/// <summary>What a filter finds, on one snapshot.</summary>
public sealed record ActivityFound(ActivityFigures Figures, ActivityPage Page);

/// <summary>Figures of a selection, from the roll-up alone.</summary>
/// <param name="People">Distinct users with a conversation in the selection.</param>
/// <param name="FlaggedMessages">Messages with at least one of the three feedback flags.</param>
/// <param name="ModeratedMessages">Messages with at least one moderation result that is flagged.</param>
/// <param name="ExportBytes">Size of the Activity export of the selection, within a few percent.</param>
/// <param name="Days">One entry per day of the range, or from the first to the last day with a conversation; zeros included.</param>
public sealed record ActivityFigures(
    long Conversations, long Messages, long UserMessages, long People, long FlaggedMessages, long FlaggedConversations,
    long ModeratedMessages, long ModeratedConversations, long ExportBytes, IReadOnlyList<ActivityDay> Days)
{
    public static readonly ActivityFigures None = new(0, 0, 0, 0, 0, 0, 0, 0, 0, []);
}

/// <summary>Conversations that started on a local day, and the messages in them.</summary>
public sealed record ActivityDay(DateOnly Day, long Conversations, long Messages);

/// <summary>
/// Who or what a row names; longer names than a page shows are cut. In pseudonymous mode a person's id is <c>u_…</c> and
/// name and e-mail are null.
/// </summary>
public sealed record NamedItem(string Id, string? Name, string? Email = null)
{
    /// <summary>What to show: name, else e-mail, else id.</summary>
    public string Label => Name ?? Email ?? Id;
}

/// <summary>One row of the table.</summary>
/// <param name="No">The conversation's number: finds it where its id cannot stand in an address.</param>
public sealed record ActivityRow(
    string ConversationId, long No, DateTime CreatedAtUtc, NamedItem User, NamedItem? App,
    IReadOnlyList<NamedItem> Sections, string? Model, long Messages, long FlaggedMessages, long ModeratedMessages, MessageMarks Marks)
{
    /// <summary>
    /// The conversation's segment in an address: its id, or <c>~</c> and its number where the id would not arrive as it is
    /// (<c>..</c>, <c>%2F</c>).
    /// </summary>
    public string Segment => ConversationId.Trim('.').Length > 0
        && ConversationId.All(c => char.IsAsciiLetterOrDigit(c) || "-_.:@".Contains(c, StringComparison.Ordinal))
        ? ConversationId
        : FormattableString.Invariant($"~{No}");
}

/// <summary>A page of the table, newest first.</summary>
/// <param name="HasMore">Whether a further page exists.</param>
public sealed record ActivityPage(IReadOnlyList<ActivityRow> Rows, int Page, bool HasMore)
{
    public const int Size = 50;
}

/// <summary>A conversation as the export would show it.</summary>
/// <param name="Title">Null in pseudonymous mode.</param>
/// <param name="Messages">Those of one part; a conversation may have more than a page can show.</param>
/// <param name="Part">From 1.</param>
public sealed record ConversationDetail(
    string ConversationId, string? Title, DateTime CreatedAtUtc, DateTime? EndedAtUtc, NamedItem User, NamedItem? App,
    NamedItem? Project, IReadOnlyList<NamedItem> Sections, string? Model, double? Temperature, string? Channel,
    string Source, long UserMessageCount, long MessageCount, long FlaggedMessageCount, long ModeratedMessageCount,
    IReadOnlyList<MessageDetail> Messages, int Part)
{
    /// <summary>Messages of a part.</summary>
    public const int PartSize = 200;

    public int Parts => (int)Math.Max(1, (MessageCount + PartSize - 1) / PartSize);

    /// <summary>When its source says that it was deleted there; null: it does not say so.</summary>
    public DateTime? DeletedAtUtc { get; init; }

    /// <summary>When the first import ran whose file no longer held it; null: it is there, or nothing says that it is not.</summary>
    public DateTime? MissingSinceUtc { get; init; }

    /// <summary>Whose it is, for the audit log.</summary>
    internal long UserKey { get; init; }
}

/// <summary>An exported message.</summary>
/// <param name="Content">Null where unknown, and always in pseudonymous mode; no longer than <see cref="LongestContent"/>.</param>
/// <param name="ContentLength">UTF-16 units of the whole text.</param>
public sealed record MessageDetail(
    long Seq, long? ParentSeq, DateTime CreatedAtUtc, MessageSource Source, MessageMarks Marks, string? Model,
    long? InputTokens, long? OutputTokens, string? Content, long ContentLength,
    IReadOnlyList<FeedbackDetail> Feedback, IReadOnlyList<ModerationDetail> Moderation, IReadOnlyList<FileDetail> Files)
{
    /// <summary>UTF-16 units that a page shows of a message; the file has all of it.</summary>
    public const int LongestContent = 50_000;

    public bool IsOnActivePath => (Marks & MessageMarks.OffActivePath) == 0;

    public bool IsFlagged => (Marks & MessageMarks.AnyFeedback) != 0;

    public bool IsModerated => (Marks & MessageMarks.Moderated) != 0;
}

/// <summary>Reason and comment are null in pseudonymous mode.</summary>
public sealed record FeedbackDetail(
    NamedItem? User, int? Rating, MessageMarks Flags, string? Reason, string? Comment, DateTime? CreatedAtUtc);

public sealed record ModerationDetail(string Category, bool Flagged, double? Score, string? Action, string? Provider);

/// <summary>Name is null in pseudonymous mode.</summary>
public sealed record FileDetail(string? Name, string? MediaType, long? Bytes);
