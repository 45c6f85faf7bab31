namespace UsageAdmin.Ingest.LibreChat;

/// <summary>What a file of LibreChat may hold, so that none takes the server's memory or disk.</summary>
public sealed record LibreChatLimits : ArchiveLimits
{
    public LibreChatLimits()
    {
        MaxEntryBytes = 64L << 30;
        MaxTotalBytes = 128L << 30;
    }

    /// <summary>One record as JSON: a page's export, or a document of the database. Longer ones are refused.</summary>
    public int MaxRecordBytes { get; init; } = 64 << 20;

    /// <summary>Files whose names are kept for the messages that they were sent with; about 300 bytes each.</summary>
    public int MaxKnownFiles { get; init; } = 200_000;
}
