namespace UsageAdmin.Data.Schema;

/// <summary>Every export ever made, live or as a file; also the queue of those still to be made.</summary>
public sealed class Export
{
    public long Id { get; set; }

    /// <summary>The id in URLs, random.</summary>
    public required string PublicId { get; set; }

    public long OrganizationId { get; set; }

    public long? WorkspaceId { get; set; }

    /// <summary><c>activity</c>, <c>org-analytics</c>, <c>users</c> …</summary>
    public required string Kind { get; set; }

    public required string Format { get; set; }

    /// <summary>Null: the command line, or an API key.</summary>
    public long? AccountId { get; set; }

    /// <summary>The API key it was made with. Its links die with the key.</summary>
    public long? ApiKeyId { get; set; }

    /// <summary>Who made it, as the audit log names them; kept as it was at the time.</summary>
    public string? ActorName { get; set; }

    public ExportOrigin Origin { get; set; }

    /// <summary>Range, filters and privacy mode as JSON, enough to run it again.</summary>
    public required string Parameters { get; set; }

    public ExportState State { get; set; }

    /// <summary>Why it failed; never a secret or content.</summary>
    public string? Failure { get; set; }

    public DateTime CreatedAtUtc { get; set; }

    public DateTime? StartedAtUtc { get; set; }

    public DateTime? FinishedAtUtc { get; set; }

    public DateTime? ExpiresAtUtc { get; set; }

    /// <summary>When somebody asked for it to stop; whoever makes it looks here.</summary>
    public DateTime? CancelRequestedAtUtc { get; set; }

    /// <summary>While it is made in the background: rows written so far.</summary>
    public long? DoneRows { get; set; }

    /// <summary>Rows that it will have, where that is known.</summary>
    public long? ExpectedRows { get; set; }

    /// <summary>Rows of the file: conversations for activity.</summary>
    public long? Rows { get; set; }

    public long? Bytes { get; set; }

    /// <summary>Control totals of a finished file as a JSON object; null: none.</summary>
    public string? Totals { get; set; }

    /// <summary>Lower-case hex; null for live downloads, which prove themselves by their closing bracket.</summary>
    public string? Sha256 { get; set; }

    /// <summary>File name below <c>DataDirectory/exports</c>; null: streamed live or expired.</summary>
    public string? FileName { get; set; }

    /// <summary>What the file is called when it is downloaded, ASCII; null: streamed live.</summary>
    public string? DownloadName { get; set; }
}

/// <summary>By which way an export was asked for. Numbers are stored.</summary>
public enum ExportOrigin
{
    Browser = 0,
    Api = 1,
    Command = 2,
    Schedule = 3,

    /// <summary>In the browser, to be made while the page is left.</summary>
    Background = 4,
}

/// <summary>Where an export stands. Numbers are stored.</summary>
public enum ExportState
{
    Queued = 0,
    Running = 1,
    Finished = 2,
    Failed = 3,
    Cancelled = 4,

    /// <summary>The process ended while it ran.</summary>
    Interrupted = 5,
}
