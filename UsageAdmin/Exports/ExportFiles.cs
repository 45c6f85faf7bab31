using Microsoft.Extensions.Options;
using UsageAdmin.Data;

namespace UsageAdmin.Exports;

/// <summary>Makes the files below <c>DataDirectory/exports</c>. They are called after their export's id.</summary>
public sealed class ExportFiles(
    ExportLog exports, DataDirectory directory, IOptions<ExportOptions> options, TimeProvider time)
{
    /// <summary>
    /// The export is in history and audit log before the work starts, and again with its outcome. After a failure there is
    /// no file.
    /// </summary>
    /// <exception cref="OperationCanceledException">Whoever wanted it is gone.</exception>
    public Task<ExportFile> MakeAsync(FileExport export, CancellationToken cancellationToken) =>
        Task.Run(() => MakeHereAsync(export, cancellationToken), CancellationToken.None);

    private async Task<ExportFile> MakeHereAsync(FileExport export, CancellationToken cancellationToken)
    {
        var running = exports.Start(export.Start, export.DownloadName);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, running.Stopping);
        return await WriteAsync(
            running, export.DownloadName, export.ContentType, file => Task.FromResult(export.Write(file, stop.Token)), stop.Token);
    }

    /// <summary>Writes an export that has started, and writes down how it ended.</summary>
    internal async Task<ExportFile> WriteAsync(
        RunningExport running, string downloadName, string contentType, Func<Stream, Task<ExportedRows>> write,
        CancellationToken cancellationToken)
    {
        var name = $"{running.PublicId}.{running.Start.Format}";
        var path = Path.Combine(directory.Exports, name);
        try
        {
            var written = await AtomicFile.WriteAsync(path, path + AtomicFile.PartialExtension, write, cancellationToken);
            running.Finish(written, name, time.GetUtcNow().UtcDateTime + options.Value.KeepFor);
            return new ExportFile(
                running.PublicId, path, downloadName, contentType, written.Bytes, written.Sha256, written.Result.Rows);
        }
        catch (Exception e)
        {
            // First, so that a full disk has room again for what is written down.
            File.Delete(path);
            running.Stop(e, cancellationToken.IsCancellationRequested);
            throw;
        }
    }
}
