namespace UsageAdmin.Data.Schema;

/// <summary>One run of an import. Its progress commits with each batch, so it can go on where it stopped.</summary>
public sealed class Import
{
    public long Id { get; set; }

    public long WorkspaceId { get; set; }

    public long SourceId { get; set; }

    public required string Format { get; set; }

    public required string FileName { get; set; }

    public ImportState State { get; set; }

    public DateTime StartedAtUtc { get; set; }

    public DateTime? FinishedAtUtc { get; set; }

    /// <summary>Line or record up to which everything is committed.</summary>
    public long Position { get; set; }

    public long ConversationsCreated { get; set; }

    public long ConversationsChanged { get; set; }

    public long ConversationsUnchanged { get; set; }

    public long MessagesWritten { get; set; }

    public long RecordsRefused { get; set; }

    /// <summary>Months of the organisation's zone whose figures moved: <c>2026-01,2026-02</c>.</summary>
    public string MonthsMoved { get; set; } = "";

    /// <summary>Counts per kind of record as a JSON object.</summary>
    public string Counts { get; set; } = "{}";

    public long? AccountId { get; set; }
}

/// <summary>Where an import stands. Numbers are stored.</summary>
public enum ImportState
{
    Running = 0,
    Finished = 1,
    Failed = 2,
    Undone = 3,
}

/// <summary>A record that an import refused or warned about.</summary>
public sealed class ImportProblem
{
    public long ImportId { get; set; }

    public long Ordinal { get; set; }

    /// <summary>1-based line, or record where the format has no lines.</summary>
    public long Line { get; set; }

    public bool Refused { get; set; }

    public required string Code { get; set; }

    public string? Field { get; set; }

    public required string Text { get; set; }
}

/// <summary>A record whose conversation or message has not come yet; it is taken up when that does.</summary>
public sealed class PendingRecord
{
    public long Id { get; set; }

    public long WorkspaceId { get; set; }

    public long SourceId { get; set; }

    public required string ConversationExternalId { get; set; }

    /// <summary>The record as one line of NDJSON.</summary>
    public required string Record { get; set; }

    public long ImportId { get; set; }
}
