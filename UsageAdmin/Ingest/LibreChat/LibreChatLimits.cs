namespace UsageAdmin.Ingest.LibreChat;

/// <summary>What a file of LibreChat may hold, so that none takes the server's memory.</summary>
public sealed record LibreChatLimits
{
    /// <summary>One record as JSON: a conversation of the page's export, or a document of the database. Longer ones are refused.</summary>
    public int MaxRecordBytes { get; init; } = 64 << 20;
}
