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

    /// <summary>When its last batch committed. A running import that is silent for long has been killed.</summary>
    public DateTime? SeenAtUtc { get; set; }

    /// <summary>When somebody asked it to stop; it does at its next batch.</summary>
    public DateTime? CancelRequestedAtUtc { get; set; }

    /// <summary>Line or record up to which everything is committed.</summary>
    public long Position { get; set; }

    /// <summary>Items of the reader that are committed: where it goes on.</summary>
    public long Items { get; set; }

    /// <summary>How the import was asked for, as a JSON object; null: it cannot go on.</summary>
    public string? Options { get; set; }

    public long ConversationsCreated { get; set; }

    public long ConversationsChanged { get; set; }

    public long ConversationsUnchanged { get; set; }

    /// <summary>Conversations that the source had before and this file no longer has.</summary>
    public long ConversationsMissing { get; set; }

    public long MessagesWritten { get; set; }

    public long RecordsRefused { get; set; }

    /// <summary>Months of the organisation's zone whose figures moved: <c>2026-01,2026-02</c>.</summary>
    public string MonthsMoved { get; set; } = "";

    /// <summary>Counts per kind of record as a JSON object.</summary>
    public string Counts { get; set; } = "{}";

    /// <summary>Why it could not be read to its end; null: it was, or it still runs.</summary>
    public string? Failure { get; set; }

    /// <summary>Whether <see cref="ImportChange"/> and <see cref="ImportBefore"/> have what it takes to undo it.</summary>
    public bool IsUndoable { get; set; }

    public long? AccountId { get; set; }
}

/// <summary>Where an import stands. Numbers are stored.</summary>
public enum ImportState
{
    Running = 0,
    Finished = 1,
    Failed = 2,
    Undone = 3,

    /// <summary>Stopped on request; what was committed stays.</summary>
    Cancelled = 4,

    /// <summary>What it brought is being taken back.</summary>
    Undoing = 5,
}

/// <summary>A row that an import made, changed or removed, as it was before: what undoing it puts back.</summary>
public sealed class ImportChange
{
    public long ImportId { get; set; }

    /// <summary>From 1, in the order in which the rows changed.</summary>
    public long Ordinal { get; set; }

    public required string TableName { get; set; }

    /// <summary>The columns of its key as a JSON object.</summary>
    public required string RowKey { get; set; }

    /// <summary>The columns that changed, as a JSON object with their values before; null: there was no row.</summary>
    public string? Before { get; set; }

    /// <summary>The same columns after; null: the row is gone.</summary>
    public string? After { get; set; }
}

/// <summary>A conversation as it was before an import changed it for the first time.</summary>
public sealed class ImportBefore
{
    public long ImportId { get; set; }

    public long ConversationNo { get; set; }

    /// <summary>Its rows, compressed.</summary>
    public required byte[] Image { get; set; }
}

/// <summary>A file on its way in: sent in chunks, looked at, then imported. Its bytes lie in the data directory.</summary>
public sealed class ImportUpload
{
    public long Id { get; set; }

    /// <summary>32 hexadecimal digits; also the name of its file.</summary>
    public required string PublicId { get; set; }

    public long WorkspaceId { get; set; }

    public long AccountId { get; set; }

    public required string FileName { get; set; }

    /// <summary>Bytes of the whole file, as its sender said.</summary>
    public long Bytes { get; set; }

    /// <summary>Bytes that have come and are stored.</summary>
    public long Received { get; set; }

    public UploadState State { get; set; }

    /// <summary>Detected or chosen; null: not recognised.</summary>
    public string? Format { get; set; }

    /// <summary>How it is to be imported, as a JSON object.</summary>
    public string Options { get; set; } = "{}";

    /// <summary>What an import of it would do, as a JSON object; null: not looked at.</summary>
    public string? Preview { get; set; }

    /// <summary>Why looking at it or importing it failed.</summary>
    public string? Failure { get; set; }

    public long? ImportId { get; set; }

    public DateTime CreatedAtUtc { get; set; }

    /// <summary>When it last got on: a chunk came, a batch was looked at.</summary>
    public DateTime SeenAtUtc { get; set; }

    public DateTime? CancelRequestedAtUtc { get; set; }
}

/// <summary>Where an upload stands. Numbers are stored.</summary>
public enum UploadState
{
    /// <summary>Chunks are coming, or have stopped coming.</summary>
    Receiving = 0,

    /// <summary>All of it is there; it waits to be looked at.</summary>
    ToCheck = 1,
    Checking = 2,

    /// <summary>It was looked at, or could not be; somebody has to decide.</summary>
    Checked = 3,

    /// <summary>It waits to be imported.</summary>
    ToImport = 4,
    Importing = 5,

    /// <summary>Imported, or given up; its file is gone.</summary>
    Ended = 6,
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
