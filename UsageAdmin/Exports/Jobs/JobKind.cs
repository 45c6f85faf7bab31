using System.Text.Json;
using UsageAdmin.Data.Schema;
using UsageAdmin.Organizations;

namespace UsageAdmin.Exports.Jobs;

/// <summary>
/// How exports of one kind are made from what history holds of them: in the background, or once more. A feature registers
/// one for each of its kinds.
/// </summary>
/// <param name="Kind">As in history.</param>
/// <param name="Prepare">
/// Checks the parameters against the data as it is now; null: it cannot be made (any more). The result is disposed of when
/// it is written or not wanted.
/// </param>
public sealed record JobKind(string Kind, Func<JobRequest, JobExport?> Prepare);

/// <param name="Parameters">As <see cref="ExportStart.Parameters"/> wrote them down.</param>
/// <param name="Actor">Whoever asked for it.</param>
public sealed record JobRequest(
    Organization Organization, Workspace? Workspace, string Format, JsonElement Parameters, Actor Actor)
{
    /// <summary>A text of the parameters; null: absent.</summary>
    public string? Text(string name) =>
        Parameters.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    /// <summary>A list of texts of the parameters; empty: absent.</summary>
    public IReadOnlyList<string> Texts(string name) =>
        Parameters.TryGetProperty(name, out var values) && values.ValueKind == JsonValueKind.Array
            ? [.. values.EnumerateArray().Where(v => v.ValueKind == JsonValueKind.String).Select(v => v.GetString()!)]
            : [];
}

/// <summary>A checked export that can be written once.</summary>
/// <param name="DownloadName">What the file is called where it is downloaded. ASCII.</param>
/// <param name="WriteAsync">Writes the whole file; must end soon after its token is cancelled.</param>
/// <param name="Snapshot">What it holds until it is written; null: nothing.</param>
public sealed record JobExport(
    ExportStart Start, string DownloadName, string ContentType,
    Func<Stream, ExportProgress, CancellationToken, Task<ExportedRows>> WriteAsync, IDisposable? Snapshot = null) : IDisposable
{
    public static JobExport Of(FileExport export) => new(
        export.Start, export.DownloadName, export.ContentType,
        (file, _, cancellationToken) => Task.FromResult(export.Write(file, cancellationToken)));

    public void Dispose() => Snapshot?.Dispose();
}

/// <summary>A job that may not go on, with the short reason that history gets.</summary>
internal sealed class JobRefusedException(string reason) : Exception($"The job was refused: {reason}.")
{
    public string Reason { get; } = reason;
}
