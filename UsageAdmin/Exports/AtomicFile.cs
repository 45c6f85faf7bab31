using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace UsageAdmin.Exports;

/// <summary>Files that are there whole or not at all.</summary>
public static partial class AtomicFile
{
    /// <summary>Of a file that is not whole yet, behind its other extensions.</summary>
    public const string PartialExtension = ".partial";

    private const int BufferSize = 128 * 1024;

    /// <summary>The unfinished file of an export to a path that its user chose: a name that nobody else has given a file.</summary>
    public static string PartialOf(string path, string exportId) => $"{path}.{exportId}{PartialExtension}";

    /// <summary>
    /// Writes <paramref name="partial"/>, forces it to disk and renames it; a file of that name is replaced. After a failure
    /// nothing is left behind and an older file is as it was.
    /// </summary>
    /// <param name="partial">Beside <paramref name="path"/>. One that exists is refused and stays as it is.</param>
    /// <param name="write">Gets a stream that only takes bytes, until <paramref name="cancellationToken"/> is cancelled.</param>
    public static async Task<WrittenFile<T>> WriteAsync<T>(
        string path, string partial, Func<Stream, Task<T>> write, CancellationToken cancellationToken)
    {
        // Refuses what is there, before anything is deleted.
        var file = new FileStream(partial, FileMode.CreateNew, FileAccess.Write, FileShare.None, BufferSize);
        try
        {
            WrittenFile<T> written;
            await using (file)
            {
                using var hashing = new HashingStream(file, cancellationToken);
                var result = await write(hashing);
                file.Flush(flushToDisk: true);
                written = new(result, hashing.Bytes, hashing.Sha256());
            }

            File.Move(partial, path, overwrite: true);
            SyncDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
            return written;
        }
        catch
        {
            File.Delete(partial);
            throw;
        }
    }

    /// <summary>Without it a power failure could take the new name away again. Not every file system can.</summary>
    private static void SyncDirectory(string directory)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        using var handle = new SafeFileHandle(OpenUnix(directory, 0), ownsHandle: true);
        if (!handle.IsInvalid)
        {
            _ = SyncUnix(handle);
        }
    }

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint OpenUnix(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync")]
    private static partial int SyncUnix(SafeFileHandle file);
}

/// <param name="Result">What the writer returned.</param>
/// <param name="Sha256">Lower-case hex.</param>
public sealed record WrittenFile<T>(T Result, long Bytes, string Sha256);
