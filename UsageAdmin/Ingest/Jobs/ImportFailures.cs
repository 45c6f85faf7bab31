namespace UsageAdmin.Ingest.Jobs;

/// <summary>Why looking at an upload or importing it ended, where it is not what a reader says about the file.</summary>
internal static class ImportFailures
{
    /// <summary>No reader knows the file.</summary>
    public const string UnknownFormat = "unknown-format";

    public const string Cancelled = "cancelled";

    /// <summary>Whoever sent the file does not manage the workspace any more.</summary>
    public const string RightLost = "right-lost";

    /// <summary>The server's disk is full.</summary>
    public const string NoRoom = "no-room";

    /// <summary>The server's fault; its log has the details.</summary>
    public const string Internal = "internal";
}
