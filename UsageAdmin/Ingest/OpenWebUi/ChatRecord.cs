using System.Text.Json;

namespace UsageAdmin.Ingest.OpenWebUi;

/// <summary>A chat as a row of <c>chat</c> or an element of the export states it.</summary>
/// <param name="Chat">The JSON that the web page itself keeps: title, models, history.</param>
internal sealed record ChatRecord(string Id, JsonElement? Chat)
{
    public string? UserId { get; init; }

    public string? Title { get; init; }

    public DateTime? CreatedAtUtc { get; init; }

    /// <summary>Unset where the file has no folders.</summary>
    public Field<string> FolderId { get; init; }

    /// <summary>The chat's rows of <c>chat_message</c> as a JSON object by message id; null: there are none.</summary>
    public ReadOnlyMemory<byte>? Rows { get; init; }

    /// <summary>Files that <c>chat_file</c> ties to messages.</summary>
    public IReadOnlyList<FileItem> Files { get; init; } = [];

    /// <summary>Rows of <c>feedback</c>, one per person and message.</summary>
    public IReadOnlyList<FeedbackItem> Ratings { get; init; } = [];

    /// <summary>Copies that sharing a chat makes: counting them would count the chat twice.</summary>
    public static bool IsSharedCopy(string? userId) =>
        userId is not null && userId.StartsWith("shared-", StringComparison.Ordinal);
}
