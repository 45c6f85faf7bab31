namespace UsageAdmin.Ingest.Claude;

/// <summary>What an export of Claude may hold, so that none takes the server's memory or disk.</summary>
public sealed record ClaudeLimits : ArchiveLimits
{
    /// <summary>One conversation, person or project as JSON. Longer ones are refused, the rest is read.</summary>
    public int MaxRecordBytes { get; init; } = 64 << 20;
}
