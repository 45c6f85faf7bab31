using UsageAdmin.Data;

namespace UsageAdmin.Exports;

/// <summary>Exports of the command line: to a path that its user chose, in history and audit log like all others.</summary>
public sealed class CommandExport(ExportLog exports)
{
    /// <inheritdoc cref="WriteAsync(ExportStart, string, Func{Stream, Task{ExportedRows}}, CancellationToken)"/>
    public Task<WrittenFile<ExportedRows>> WriteAsync(
        FileExport export, string path, CancellationToken cancellationToken) => WriteAsync(
            export.Start, path, file => Task.Run(() => export.Write(file, cancellationToken), CancellationToken.None),
            cancellationToken);

    /// <summary>The file is there whole or not at all; one that was there before is replaced.</summary>
    /// <exception cref="IOException">It cannot be written there; the message is one line that says why.</exception>
    public async Task<WrittenFile<ExportedRows>> WriteAsync(
        ExportStart start, string path, Func<Stream, Task<ExportedRows>> write, CancellationToken cancellationToken)
    {
        var full = Path.GetFullPath(path);
        Check(full);
        var running = exports.Start(start, partial: full + AtomicFile.PartialExtension);
        try
        {
            var written = await AtomicFile.WriteAsync(full, write, cancellationToken);
            running.Finish(written);
            return written;
        }
        catch (Exception e)
        {
            running.Stop(e, cancellationToken.IsCancellationRequested);
            if (DiskFull.Is(e))
            {
                throw new IOException($"There is no room left for {full}.", e);
            }

            throw;
        }
    }

    private static void Check(string path)
    {
        if (Directory.Exists(path) || Path.EndsInDirectorySeparator(path))
        {
            throw new IOException($"{path} is a directory: name the file to write.");
        }

        if (!Directory.Exists(Path.GetDirectoryName(path)))
        {
            throw new DirectoryNotFoundException($"There is no directory {Path.GetDirectoryName(path)}.");
        }
    }
}
