using System.Text;

namespace UsageAdmin.Exports;

/// <summary>
/// Shows every process that the owner of a running export lives: an exclusive lock on a file (flock on Unix), which ends
/// with its process, however that ends. Who can take the lock knows that the owner is dead.
/// </summary>
internal sealed class OwnerLock : IDisposable
{
    private const string Unfinished = AtomicFile.PartialExtension;

    private readonly FileStream _file;

    private OwnerLock(FileStream file) => _file = file;

    /// <param name="partial">The unfinished file that is to be deleted if the owner dies, by its full path; null: none.</param>
    public static OwnerLock Take(string path, string? partial)
    {
        var file = Open(path, FileMode.CreateNew);
        file.Write(Encoding.UTF8.GetBytes(partial ?? ""));
        file.Flush();
        return new OwnerLock(file);
    }

    /// <summary>
    /// Whether the owner is dead, or there is none any more. Then nothing is left of the lock and of its unfinished file. Not
    /// for a lock that is just being taken: a file is made before it is locked.
    /// </summary>
    public static bool TryClear(string path)
    {
        try
        {
            using var file = Open(path, FileMode.Open);
            using var reader = new StreamReader(file, Encoding.UTF8);
            DeleteUnlessOpen(reader.ReadToEnd());
            return true;
        }
        catch (FileNotFoundException)
        {
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }

    public void Dispose() => _file.Dispose();

    /// <summary>Spares a file that another export to the same path is writing by now.</summary>
    private static void DeleteUnlessOpen(string partial)
    {
        if (!partial.EndsWith(Unfinished, StringComparison.Ordinal))
        {
            return;
        }

        try
        {
            using var file = Open(partial, FileMode.Open);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Gone, in use, or out of reach: its name shows that it is not whole.
        }
    }

    /// <summary>Removed when it is closed, before it is unlocked; not when the process is killed.</summary>
    private static FileStream Open(string path, FileMode mode) => new(
        path, mode, FileAccess.ReadWrite, FileShare.None, bufferSize: 1, FileOptions.DeleteOnClose);
}
