namespace UsageAdmin.Ingest;

/// <summary>What a ZIP may hold, so that none takes the server's memory or disk. Counted while inflating.</summary>
public record ArchiveLimits
{
    public int MaxZipEntries { get; init; } = 10_000;

    /// <summary>The ZIP's own table of contents, which is read as a whole.</summary>
    public int MaxZipDirectoryBytes { get; init; } = 8 << 20;

    /// <summary>One inflated file of the ZIP.</summary>
    public long MaxEntryBytes { get; init; } = 8L << 30;

    /// <summary>All files that are read of the ZIP, inflated.</summary>
    public long MaxTotalBytes { get; init; } = 16L << 30;
}
