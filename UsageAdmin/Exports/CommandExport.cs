using UsageAdmin.Data;

namespace UsageAdmin.Exports;

/// <summary>Exports of the command line: to a path that its user chose, in history and audit log like all others.</summary>
public sealed class CommandExport(ExportLog exports)
{
    /// <summary>As many as Linux follows.</summary>
    private const int MostLinks = 40;

    private static readonly string[] NoFiles = ["/dev/", "/proc/", "/sys/"];

    /// <inheritdoc cref="WriteAsync(ExportStart, string, Func{Stream, Task{ExportedRows}}, CancellationToken)"/>
    public Task<WrittenFile<ExportedRows>> WriteAsync(
        FileExport export, string path, CancellationToken cancellationToken) => WriteAsync(
            export.Start, path, file => Task.Run(() => export.Write(file, cancellationToken), CancellationToken.None),
            cancellationToken);

    /// <summary>The file is there whole or not at all; one that was there before is replaced, behind a symbolic link its target.</summary>
    /// <exception cref="IOException">It cannot be written there; the message is one line that says why.</exception>
    public async Task<WrittenFile<ExportedRows>> WriteAsync(
        ExportStart start, string path, Func<Stream, Task<ExportedRows>> write, CancellationToken cancellationToken)
    {
        var full = Path.GetFullPath(path);
        Check(full);
        var target = TargetOf(full);
        RefuseDevices(full, target);
        var running = exports.Start(start, path: target);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, running.Stopping);
        try
        {
            var written = await AtomicFile.WriteAsync(
                target, AtomicFile.PartialOf(target, running.PublicId), write, stop.Token);
            running.Finish(written);
            return written;
        }
        catch (Exception e)
        {
            running.Stop(e, stop.IsCancellationRequested);
            if (e is OperationCanceledException && !cancellationToken.IsCancellationRequested)
            {
                throw new IOException("The export was cancelled.", e);
            }

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

    /// <summary>The path without symbolic links, whether there is a file or not.</summary>
    private static string TargetOf(string path, int links = 0)
    {
        if (Path.GetDirectoryName(path) is not { } directory)
        {
            return path;
        }

        directory = TargetOf(directory, links);
        var entry = Path.Combine(directory, Path.GetFileName(path));
        return new FileInfo(entry).LinkTarget is not { } target
            ? entry
            : links < MostLinks
                ? TargetOf(Path.GetFullPath(target, directory), links + 1)
                : throw new IOException($"{path} is behind too many symbolic links.");
    }

    /// <summary>A file that takes a device's place would break more than this command.</summary>
    private static void RefuseDevices(string path, string target)
    {
        if (!OperatingSystem.IsWindows()
            && NoFiles.FirstOrDefault(folder => path.StartsWith(folder, StringComparison.Ordinal)
                || target.StartsWith(folder, StringComparison.Ordinal)) is { } found)
        {
            throw new IOException($"{path} is in {found}, which is no place for files: name another one.");
        }
    }
}
