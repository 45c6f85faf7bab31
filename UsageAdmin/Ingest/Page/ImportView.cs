using UsageAdmin.Data.Schema;
using UsageAdmin.Ingest.Jobs;

namespace UsageAdmin.Ingest.Page;

/// <summary>Everything that the import page shows for an address. Goes from prerendering to the circuit as JSON.</summary>
/// <param name="Place">Id of the workspace, with <paramref name="Query"/>: what it was loaded for.</param>
/// <param name="Uploads">The reader's own that have not ended, newest first.</param>
/// <param name="Upload">The one that the address names; null: none, or there is no such.</param>
/// <param name="Imports">A page of the workspace's imports, newest first; empty beside an upload or report.</param>
/// <param name="Report">Of the import that the address names; null: none, or there is no such.</param>
/// <param name="Repeated">The import that a newer file is to repeat.</param>
public sealed record ImportView(
    string Place, string Query, string Name, string TimeZone, long MaxUploadBytes, IReadOnlyList<string> Formats,
    IReadOnlyList<UploadRow> Uploads, UploadDetails? Upload, IReadOnlyList<ImportRow> Imports, int Total,
    ImportReportView? Report, ImportRow? Repeated)
{
    /// <summary>Rows of a page, of imports and of problems.</summary>
    public const int PageSize = 50;

    /// <summary>Something gets on by itself.</summary>
    public bool IsActive => Upload is { Row.IsActive: true } || Uploads.Any(u => u.IsActive)
        || Imports.Any(i => i.IsActive) || Report is { Row.IsActive: true };
}

/// <param name="Received">Bytes that have come.</param>
/// <param name="Failure">One of <see cref="ImportFailures"/>, else what a reader says.</param>
public sealed record UploadRow(
    string Id, string FileName, long Bytes, long Received, UploadState State, string? Format, string? Failure, long? ImportId,
    bool IsCancelling, DateTime CreatedAtUtc)
{
    /// <summary>It waits for the server or is being worked on by it.</summary>
    public bool IsActive => State is UploadState.ToCheck or UploadState.Checking or UploadState.ToImport or UploadState.Importing;
}

/// <param name="Preview">What an import would do; null: not looked at, or that failed.</param>
/// <param name="HasGroups">Files of its format can be taken in for one group alone.</param>
public sealed record UploadDetails(
    UploadRow Row, ImportOptions Options, ImportPreview? Preview, ImportProgress? Progress, bool HasGroups);

/// <param name="Who">Null: nobody with an account.</param>
/// <param name="Way">How it came: <c>Page</c>, <c>Api</c> or <c>Command</c>.</param>
/// <param name="IsSilent">It says that it runs, but has not got on for long: its process was killed.</param>
public sealed record ImportRow(
    long Id, string FileName, string Source, string Format, ImportState State, DateTime StartedAtUtc, DateTime? FinishedAtUtc,
    string? Who, string Way, long Created, long Changed, long Unchanged, long Missing, long Messages, long Refused,
    bool IsCancelling, bool IsSilent, bool IsToBeUndone)
{
    /// <summary>It gets on by itself. An undo that a process left half-way does not: it has to be asked for again.</summary>
    public bool IsActive => (State == ImportState.Running && !IsSilent) || IsToBeUndone;
}

/// <param name="Counts">By kind of record, in alphabetical order.</param>
/// <param name="Problems">A page of the refused records and warnings.</param>
/// <param name="ProblemCount">Of all that are kept.</param>
/// <param name="DataUntilUtc">How far the source's data reaches now.</param>
/// <param name="Options">Null: it was not asked for with any.</param>
/// <param name="UndoObstacle">Why it cannot be undone; null: it can.</param>
/// <param name="Upload">The upload that holds the file of an import that stopped; null: none.</param>
public sealed record ImportReportView(
    ImportRow Row, IReadOnlyList<KeyValuePair<string, EntityCounts>> Counts, IReadOnlyList<PreviewProblem> Problems,
    int ProblemCount, IReadOnlyList<string> MonthsMoved, DateTime? DataUntilUtc, string? Failure, ImportOptions? Options,
    UndoObstacle? UndoObstacle, string? Upload, ImportProgress? Progress);
