namespace UsageAdmin.Ingest.ChatGpt;

/// <summary>What a ChatGPT export may hold, so that no file takes the server's memory or disk. Counted while inflating.</summary>
public sealed record ChatGptLimits
{
    /// <summary>One conversation as JSON. Longer ones are refused, the rest is read.</summary>
    public int MaxConversationBytes { get; init; } = 64 << 20;

    /// <summary><c>user.json</c>: longer than this it is ignored.</summary>
    public int MaxUserFileBytes { get; init; } = 1 << 20;

    public int MaxZipEntries { get; init; } = 10_000;

    /// <summary>The ZIP's own table of contents, which is read as a whole.</summary>
    public int MaxZipDirectoryBytes { get; init; } = 8 << 20;

    /// <summary>One inflated file of the ZIP.</summary>
    public long MaxEntryBytes { get; init; } = 8L << 30;

    /// <summary>All files that are read of the ZIP, inflated.</summary>
    public long MaxTotalBytes { get; init; } = 16L << 30;
}
