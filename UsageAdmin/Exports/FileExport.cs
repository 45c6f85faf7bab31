namespace UsageAdmin.Exports;

/// <summary>An export that is made as a file first.</summary>
/// <param name="Start">Its format is the file's extension: a-z and digits.</param>
/// <param name="DownloadName">What the file is called where it is downloaded. ASCII.</param>
/// <param name="Write">
/// Writes the whole file, on a worker thread, into a stream that only takes bytes and cannot seek. Must end soon after
/// its token is cancelled. A thrown exception means that there is no file.
/// </param>
public sealed record FileExport(
    ExportStart Start, string DownloadName, string ContentType, Func<Stream, CancellationToken, ExportedRows> Write);

/// <param name="Rows">Of all tables, without headers; conversations for activity.</param>
/// <param name="Totals">Control totals for the history; null: none.</param>
public sealed record ExportedRows(long Rows, IReadOnlyDictionary<string, object?>? Totals = null);

/// <summary>A finished file below <c>DataDirectory/exports</c>.</summary>
/// <param name="Id">The export's public id.</param>
/// <param name="Sha256">Lower-case hex.</param>
/// <param name="Rows">As <see cref="ExportedRows.Rows"/>.</param>
public sealed record ExportFile(
    string Id, string Path, string DownloadName, string ContentType, long Bytes, string Sha256, long Rows);
