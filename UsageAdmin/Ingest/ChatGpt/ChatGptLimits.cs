namespace UsageAdmin.Ingest.ChatGpt;

/// <summary>What a ChatGPT export may hold, so that no file takes the server's memory or disk.</summary>
public sealed record ChatGptLimits : ArchiveLimits
{
    /// <summary>One conversation as JSON. Longer ones are refused, the rest is read.</summary>
    public int MaxConversationBytes { get; init; } = 64 << 20;

    /// <summary><c>user.json</c> and <c>group_chats.json</c>: longer than this they are not read.</summary>
    public int MaxUserFileBytes { get; init; } = 1 << 20;
}
