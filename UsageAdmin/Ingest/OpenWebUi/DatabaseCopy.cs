namespace UsageAdmin.Ingest.OpenWebUi;

/// <summary>
/// A database's file with its <c>-wal</c> in a folder of ours, because opening them where they lie would write beside them. The
/// folder goes when it is disposed.
/// </summary>
internal sealed class DatabaseCopy : IDisposable
{
    private const int Attempts = 3;
    private const int WalHeaderBytes = 32;

    private const string Prefix = "openwebui-";

    private readonly string _folder;
    private readonly FileStream _lock;

    private DatabaseCopy(string folder)
    {
        Directory.CreateDirectory(folder);
        (_folder, _lock) = (folder, Lock(folder));
    }

    public string Path => System.IO.Path.Combine(_folder, "webui.db");

    public static string WalOf(string path) => path + "-wal";

    /// <exception cref="InvalidHeaderException">The database is being written so fast that no copy of one moment succeeds.</exception>
    /// <exception cref="IOException">A file cannot be read, or the disk is full.</exception>
    public static DatabaseCopy Make(string path, string temporaryFolder)
    {
        var copy = new DatabaseCopy(System.IO.Path.Combine(temporaryFolder, $"{Prefix}{Guid.NewGuid():N}"));
        try
        {
            for (var attempt = 0; attempt < Attempts; attempt++)
            {
                var before = Moment(path);
                File.Copy(path, copy.Path, overwrite: true);
                File.Copy(WalOf(path), WalOf(copy.Path), overwrite: true);
                if (Moment(path) == before)
                {
                    return copy;
                }
            }
        }
        catch
        {
            copy.Dispose();
            throw;
        }

        copy.Dispose();
        throw new InvalidHeaderException(
            "The database is being written while it is read. Take Download Database from Open WebUI, or a copy that " +
            "sqlite3 makes with .backup.");
    }

    /// <summary>Deletes the copies of processes that were killed: passwords and keys are in them.</summary>
    public static void Sweep(string temporaryFolder)
    {
        foreach (var folder in Directory.EnumerateDirectories(temporaryFolder, $"{Prefix}*"))
        {
            try
            {
                Lock(folder).Dispose();
                Directory.Delete(folder, recursive: true);
            }
            catch (IOException)
            {
                // Another process reads it, or has just deleted it.
            }
        }
    }

    public void Dispose()
    {
        _lock.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    /// <exception cref="IOException">Another process holds it.</exception>
    private static FileStream Lock(string folder) => new(
        System.IO.Path.Combine(folder, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);

    /// <summary>
    /// Changes when the <c>-wal</c> is moved into the database or begun anew. What is only added to it does no harm: a last
    /// transaction that is cut off does not count (sqlite.org/fileformat2.html, 4.1).
    /// </summary>
    private static (long Length, DateTime Written, string Wal) Moment(string path)
    {
        var file = new FileInfo(path);
        var header = new byte[WalHeaderBytes];
        using var wal = new FileStream(WalOf(path), FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var read = wal.ReadAtLeast(header, header.Length, throwOnEndOfStream: false);
        return (file.Length, file.LastWriteTimeUtc, Convert.ToHexString(header, 0, read));
    }
}
