using System.Globalization;
using System.Text.Json.Nodes;
using UsageAdmin.Data.Schema;

namespace UsageAdmin.Exports;

/// <summary>An export's state as it stands in JSON. Times are UTC, in milliseconds.</summary>
/// <param name="FileName">What its file is called; null: streamed live, or written by a command.</param>
/// <param name="FileUrl">Where the file can be had; null: there is none, or none any more.</param>
internal sealed record ExportView(
    string Id, string Kind, string Format, string Origin, string State, string CreatedAt, string? StartedAt, string? FinishedAt,
    string? ExpiresAt, long? Rows, long? Bytes, string? Sha256, string? FileName, JsonNode? Parameters, JsonNode? Totals,
    string? Failure, long? DoneRows, long? ExpectedRows, string? FileUrl)
{
    /// <param name="parameters">As they may be shown now, see <see cref="History.HistoryWords"/>.</param>
    public static ExportView Of(Export export, string parameters, string? fileUrl) => new(
        export.PublicId, export.Kind, export.Format, NameOf(export.Origin), NameOf(export.State), Time(export.CreatedAtUtc)!,
        Time(export.StartedAtUtc), Time(export.FinishedAtUtc), Time(export.ExpiresAtUtc), export.Rows, export.Bytes,
        export.Sha256, export.DownloadName, JsonNode.Parse(parameters),
        export.Totals is { } totals ? JsonNode.Parse(totals) : null, export.Failure, export.DoneRows, export.ExpectedRows, fileUrl);

    public static string NameOf(ExportOrigin origin) => origin switch
    {
        ExportOrigin.Browser => "browser",
        ExportOrigin.Api => "api",
        ExportOrigin.Command => "command",
        ExportOrigin.Schedule => "schedule",
        ExportOrigin.Background => "background",
        _ => throw new ArgumentOutOfRangeException(nameof(origin)),
    };

    public static string NameOf(ExportState state) => state switch
    {
        ExportState.Queued => "queued",
        ExportState.Running => "running",
        ExportState.Finished => "finished",
        ExportState.Failed => "failed",
        ExportState.Cancelled => "cancelled",
        ExportState.Interrupted => "interrupted",
        _ => throw new ArgumentOutOfRangeException(nameof(state)),
    };

    private static string? Time(DateTime? utc) => utc?.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture);
}
