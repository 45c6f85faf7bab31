using UsageAdmin.Data.RollUps;
using UsageAdmin.Data.Schema;

namespace UsageAdmin.Ingest.Writing;

// Rows as they stand in the tables, without the conversation's key. Compared by value to find what an import changes.

internal sealed record ConversationRow
{
    public required long CreatedAt { get; init; }

    public required bool HasSourceCreatedAt { get; init; }

    public required string? PublicId { get; init; }

    public required long UserId { get; init; }

    public long? AppId { get; init; }

    public long? ProjectId { get; init; }

    public long? SectionId { get; init; }

    public long? ModelId { get; init; }

    public double? Temperature { get; init; }

    public string? Title { get; init; }

    public string? Channel { get; init; }

    public string? Deployment { get; init; }

    public long? SourceEndedAt { get; init; }

    public long? DeletedAt { get; init; }

    public long? CreatedByImportId { get; init; }

    public long? ChangedByImportId { get; init; }

    /// <summary>The first import whose file would have held it and did not.</summary>
    public long? MissingSinceImportId { get; init; }

    public Counters Counters { get; init; }

    public Surface Surface => ProjectId is not null ? Surface.Project : AppId is not null ? Surface.App : Surface.Chat;
}

/// <summary>What follows from the messages.</summary>
internal readonly record struct Counters(
    long Messages, long UserMessages, long FlaggedMessages, long ModeratedMessages, MessageMarks Marks,
    long ContentJsonBytes, long? EndedAt, long? LastModelId);

internal readonly record struct MessageRow(
    long CreatedAt, MessageSource Source, MessageMarks Marks, long? ModelId, long? ParentSeq, Tokens Tokens);

internal readonly record struct FeedbackRow(
    long Seq, long Ordinal, string Id, long? UserId, long? Rating, MessageMarks Marks, long? CreatedAt, string? Reason,
    string? Comment);

internal readonly record struct ModerationRow(
    long Seq, long Ordinal, string Id, string? Provider, string Category, bool Flagged, double? Score, string? Action,
    long? ModeratedAt);

internal readonly record struct FileRow(
    long Seq, long Ordinal, string Id, string? Name, string? MediaType, long? Bytes, long? UploadedAt);

internal readonly record struct ActionRow(
    long UsedAt, long Ordinal, long? Seq, string Id, long NameId, long UserId, string? Status);
