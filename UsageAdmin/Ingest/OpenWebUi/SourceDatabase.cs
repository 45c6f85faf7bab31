using System.Buffers.Binary;
using Microsoft.Data.Sqlite;
using SQLitePCL;
using UsageAdmin.Data;
using UsageAdmin.Data.Sqlite;

namespace UsageAdmin.Ingest.OpenWebUi;

/// <summary>
/// Somebody's <c>webui.db</c>, open to be read and never written: where it lies, if no <c>-wal</c> belongs to it, else as a
/// copy. See <see cref="ReadGuard"/> for what may be asked of it.
/// </summary>
internal sealed class SourceDatabase : IDisposable
{
    private const int LengthLimit = 0;
    private const int MaxValueBytes = 256 << 20;
    private const int HeaderBytes = 100;

    private readonly string _path;
    private readonly DatabaseCopy? _copy;
    private readonly SqliteConnection _connection;
    private readonly (long, DateTime) _stateAtStart;

    private SourceDatabase(string path, DatabaseCopy? copy)
    {
        (_path, _copy) = (path, copy);
        _stateAtStart = State(path);
        _connection = new SqliteConnection(new SqliteConnectionStringBuilder
        {
            // Immutable: SQLite neither locks the file nor makes another beside it (sqlite.org/c3ref/open.html).
            DataSource = copy?.Path ?? $"file:{Escape(path)}?immutable=1",
            Mode = SqliteOpenMode.ReadOnly,
            Pooling = false,
        }.ConnectionString);
        Tables = null!;
    }

    public SourceTables Tables { get; private set; }

    /// <summary>Whether a file starts as every SQLite database does that is not encrypted.</summary>
    public static bool IsOne(ReadOnlySpan<byte> start) => start.StartsWith("SQLite format 3\0"u8);

    /// <exception cref="InvalidHeaderException">It is no database of Open WebUI that can be read.</exception>
    public static SourceDatabase Open(string path, string temporaryFolder)
    {
        DatabaseCopy.Sweep(temporaryFolder);
        CheckLength(path);
        CheckJournal(path);
        var wal = new FileInfo(DatabaseCopy.WalOf(path));
        var copy = wal is { Exists: true, Length: > 0 } ? DatabaseCopy.Make(path, temporaryFolder) : null;
        var database = new SourceDatabase(path, copy);
        try
        {
            database._connection.Open();
            _ = raw.sqlite3_limit(database._connection.Handle!, LengthLimit, MaxValueBytes);
            ReadGuard.Apply(database._connection);
            database.Tables = SourceTables.Of(database._connection);
            database.CheckTables();
            return database;
        }
        catch (SqliteException e)
        {
            database.Dispose();
            throw new InvalidHeaderException($"The database cannot be read: {e.Message}. It may be damaged.", e);
        }
        catch
        {
            database.Dispose();
            throw;
        }
    }

    public Statement Prepare(string sql) => new SqliteStatement(_connection, sql);

    /// <summary>Whether somebody has written to the file since it was opened, so that what was read may not fit together.</summary>
    public bool IsChanged() => _copy is null && State(_path) != _stateAtStart;

    public void Dispose()
    {
        _connection.Dispose();
        _copy?.Dispose();
    }

    private static (long, DateTime) State(string path) => (new FileInfo(path).Length, File.GetLastWriteTimeUtc(path));

    private static string Escape(string path) => string.Join('/',
        Path.GetFullPath(path).Replace(Path.DirectorySeparatorChar, '/').Split('/').Select(Uri.EscapeDataString));

    /// <summary>The header states how many pages there are (sqlite.org/fileformat2.html, 1.3).</summary>
    private static void CheckLength(string path)
    {
        var header = new byte[HeaderBytes];
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var read = file.ReadAtLeast(header, HeaderBytes, throwOnEndOfStream: false);
        var pageSize = BinaryPrimitives.ReadUInt16BigEndian(header.AsSpan(16)) is var size && size == 1 ? 65_536L : size;
        var pages = BinaryPrimitives.ReadUInt32BigEndian(header.AsSpan(28));
        if (read < HeaderBytes || pageSize * pages > file.Length)
        {
            throw new InvalidHeaderException(
                $"The database is cut off: it has {file.Length} of {Math.Max(HeaderBytes, pageSize * pages)} bytes. " +
                "Download it again.");
        }
    }

    /// <summary>A journal that is not empty belongs to a transaction that never ended; undoing it would write.</summary>
    private static void CheckJournal(string path)
    {
        var journal = path + "-journal";
        if (!File.Exists(journal))
        {
            return;
        }

        using var file = new FileStream(journal, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        Span<byte> start = stackalloc byte[8];
        if (file.ReadAtLeast(start, 8, throwOnEndOfStream: false) == 8
            && start.SequenceEqual((ReadOnlySpan<byte>)[0xd9, 0xd5, 0x05, 0xf9, 0x20, 0xa1, 0x63, 0xd7]))
        {
            throw new InvalidHeaderException(
                "A transaction in the database was not finished. Take Download Database from Open WebUI, or a copy that " +
                "sqlite3 makes with .backup.");
        }
    }

    private void CheckTables()
    {
        using var encoding = Prepare("PRAGMA encoding");
        if (!encoding.Step() || encoding.Text(0) != "UTF-8")
        {
            throw new InvalidHeaderException("The database does not hold UTF-8, so it is not of Open WebUI.");
        }

        foreach (var (table, column) in ((string, string)[])[("user", "id"), ("chat", "id"), ("chat", "user_id"), ("chat", "chat")])
        {
            if (!Tables.Has(table, column))
            {
                throw new InvalidHeaderException(
                    $"The database is not of Open WebUI: it has no table {table} with a column {column}.");
            }
        }
    }
}
