using System.Text.Json;
using UsageAdmin.Data.Schema;
using UsageAdmin.Ingest.Json;

namespace UsageAdmin.Ingest.LibreChat;

/// <summary>One message, the same of the page's export as of the collection <c>messages</c>.</summary>
/// <param name="hasTokens">Whether its <c>tokenCount</c> is what it cost; where transactions tell that, it is not.</param>
internal sealed class LibreChatMessage(JsonElement message, string id, long line, bool hasTokens, Remarks remarks)
{
    /// <summary>24 digits; null: not stated.</summary>
    public string? UserId { get; } = message.Member("user").Key("user", remarks);

    /// <summary>
    /// Whether the person asked that it be forgotten. Where all chats are kept for a limited time, both fields stand and the
    /// first says no.
    /// </summary>
    public bool IsTemporary { get; } = Temporary(message);

    /// <summary>What is known of files that it only names.</summary>
    public KnownFiles Files { get; init; } = KnownFiles.None;

    /// <summary>Null: it has no parent.</summary>
    public static string? ParentOf(JsonElement message, Remarks remarks) =>
        message.Member("parentMessageId").Key("parentMessageId", remarks) is { } id && id != LibreChatIds.NoParent
            ? id
            : null;

    public static bool Temporary(JsonElement record) => record.Member("isTemporary") is { } stated
        ? stated.ValueKind == JsonValueKind.True
        : record.Member("expiredAt") is not null;

    /// <summary>The message and what hangs on it.</summary>
    /// <param name="parentId">Null: it has no parent.</param>
    public IEnumerable<ImportItem> ToItems(string? parentId)
    {
        var time = message.Member("createdAt").Date("createdAt", remarks);
        var isUser = IsCreatedByUser();
        var text = LibreChatText.Read(message, remarks);
        var files = LibreChatFiles.Read(id, message, line, time, remarks).Select(Files.Complete).ToList();
        var isFailed = !isUser && message.Member("error").IsTrue();
        if (!isUser && !isFailed && message.Member("unfinished").IsTrue())
        {
            remarks.Add("unfinished", "unfinished", "an answer that was not finished is taken as far as it came");
        }

        yield return new MessageItem
        {
            Id = id,
            Line = line,
            ParentId = parentId,
            Source = isUser ? MessageSource.User : MessageSource.Provider,
            Content = IsTemporary ? default(Field<byte[]>) : text,
            CreatedAtUtc = time,
            Hidden = !isFailed && text is not { Length: > 0 } && files.Count == 0,
            Failed = isFailed,
            Model = isUser ? default(Field<string>) : LibreChatIds.Model(message.Member("model").Id("model", remarks)),
            Usage = Tokens(isUser),
        };
        foreach (var file in files)
        {
            yield return IsTemporary ? file with { Name = default } : file;
        }

        if (isUser)
        {
            yield break;
        }

        foreach (var action in LibreChatActions.Read(id, message, line, time, remarks))
        {
            yield return action;
        }

        if (LibreChatRating.Read(id, message, UserId, line, remarks) is { } rating)
        {
            yield return IsTemporary ? rating with { Comment = default } : rating;
        }
    }

    private bool IsCreatedByUser() => message.Member("isCreatedByUser") is { } stated
        ? stated.ValueKind == JsonValueKind.True
        : "user".Equals(message.Member("sender").Text(remarks), StringComparison.OrdinalIgnoreCase);

    private Field<TokenUsage> Tokens(bool isUser) =>
        hasTokens && message.Member("tokenCount").Amount() is >= 0 and <= 1_000_000_000_000m and var tokens
            ? isUser ? new TokenUsage { Input = (long)tokens } : new TokenUsage { Output = (long)tokens }
            : default(Field<TokenUsage>);
}
