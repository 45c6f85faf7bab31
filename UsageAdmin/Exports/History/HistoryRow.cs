using UsageAdmin.Data.Schema;

namespace UsageAdmin.Exports.History;

/// <summary>An export as the history page shows it. Goes from prerendering to the circuit as JSON, so names are cut.</summary>
/// <param name="WorkspaceName">Null: of the whole organisation.</param>
/// <param name="Who">Null: nobody knows.</param>
/// <param name="From">As the parameters hold it: a day, a month or an instant; null: none.</param>
/// <param name="Narrowings">What the export was narrowed to.</param>
/// <param name="HasFile">Its file can be had again.</param>
/// <param name="NamesPeople">There is a file that nobody may have: it names people, and user-level data is off.</param>
/// <param name="IsRepeatable">It can be made again in the background.</param>
/// <param name="NewDatesHref">The page of its feature with its filters set; null: there is none.</param>
public sealed record HistoryRow(
    string Id, string Kind, string Format, string? WorkspaceName, string? Who, ExportOrigin Way, ExportState State,
    DateTime CreatedAtUtc, DateTime? StartedAtUtc, DateTime? FinishedAtUtc, bool IsCancelling, long? DoneRows,
    long? ExpectedRows, long? Rows, long? Bytes, string? Sha256, DateTime? ExpiresAtUtc, string? Failure, string? From,
    string? To, IReadOnlyList<NarrowedTo> Narrowings, bool IsPseudonymous, bool HasFile, bool NamesPeople, bool IsRepeatable,
    string? NewDatesHref)
{
    /// <summary>It has not ended.</summary>
    public bool IsActive => State is ExportState.Queued or ExportState.Running;
}

/// <summary>What an export was narrowed to.</summary>
/// <param name="Field"><c>user</c>, <c>app</c>, <c>section</c>, <c>workspace</c> or <c>flag</c>.</param>
/// <param name="Labels">Names, else ids; the first few.</param>
/// <param name="Count">Of all.</param>
public sealed record NarrowedTo(string Field, IReadOnlyList<string> Labels, int Count);
