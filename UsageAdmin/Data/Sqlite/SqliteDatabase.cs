using System.Reflection;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using SQLitePCL;

namespace UsageAdmin.Data.Sqlite;

/// <summary>A file of the data directory, with its log beside it.</summary>
public sealed class SqliteDatabase(DataDirectory directory) : UsageDatabase
{
    /// <summary>Set on every connection, EF's too. A checkpoint beside a writer can corrupt the file in SQLite before
    /// 3.51.3 (sqlite.org/wal.html#walresetbug), so no connection checkpoints by itself. The log is cut when it starts anew, except
    /// by <see cref="OpenBulkWrite"/>, or its length would not tell what a checkpoint has to do.</summary>
    private const string ConnectionPragmas =
        "PRAGMA wal_autocheckpoint=0; PRAGMA journal_size_limit=0; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON; " +
        "PRAGMA cache_size=-4096";

    /// <summary>64 MiB: an import touches pages all over the indexes. Reading goes through the file in order instead.</summary>
    private const string WriterPragmas = "PRAGMA cache_size=-65536";

    /// <summary>The log keeps its file: to cut it at each checkpoint and let it grow anew takes as long as a third of writing it.</summary>
    private const string BulkPragmas = $"{WriterPragmas}; PRAGMA journal_size_limit=134217728";

    private readonly string _connectionString = new SqliteConnectionStringBuilder
    {
        DataSource = directory.DatabaseFile,
        DefaultTimeout = 30,
    }.ToString();

    public override string Description => directory.DatabaseFile;

    public override bool IsShared => false;

    /// <summary>Size of the write-ahead log's file.</summary>
    public override long WalBytes =>
        new FileInfo(directory.DatabaseFile + "-wal") is { Exists: true } wal ? wal.Length : 0;

    public override UsageSession OpenRead()
    {
        var session = new SqliteSession(Open());
        session.BeginRead();
        return session;
    }

    /// <remarks>SQLite knows snapshots of its log alone, which is missing until somebody writes.</remarks>
    public override UsageSession? OpenBeside(UsageSession session)
    {
        if (raw.sqlite3_snapshot_get(((SqliteSession)session).Handle, "main", out var snapshot) != raw.SQLITE_OK)
        {
            return null;
        }

        using (snapshot)
        {
            var connection = Open();
            var beside = new SqliteSession(connection);

            // A connection that has read nothing yet does not know that there is a log.
            Execute(connection, "SELECT 1 FROM sqlite_master LIMIT 1");
            beside.BeginRead();
            if (raw.sqlite3_snapshot_open(beside.Handle, "main", snapshot) == raw.SQLITE_OK)
            {
                return beside;
            }

            beside.Dispose();
            return null;
        }
    }

    public override UsageSession OpenWrite(bool waits = true)
    {
        var connection = Open();
        Execute(connection, waits ? WriterPragmas : $"{WriterPragmas}; PRAGMA busy_timeout=0");
        return new SqliteSession(connection);
    }

    public override UsageSession OpenBulkWrite()
    {
        var connection = Open();
        Execute(connection, BulkPragmas);
        return new SqliteSession(connection, new LogLength(connection.Handle!));
    }

    /// <summary>There is one server; see <see cref="IsShared"/>.</summary>
    public override IDisposable TryClaim(WriteLock work) => Nothing.Instance;

    public override void Configure(DbContextOptionsBuilder options) =>
        options.UseSqlite(_connectionString).AddInterceptors(Pragmas.Instance);

    public override UsageDbContext CreateContext()
    {
        var options = new DbContextOptionsBuilder<SqliteUsageDbContext>();
        Configure(options);
        return new SqliteUsageDbContext(options.Options);
    }

    public override async Task MigrateAsync(UsageDbContext db, CancellationToken cancellationToken = default)
    {
        await using var exclusive = await LockAsync("migrate.lock", cancellationToken);
        MakeForOwnerAlone(directory.DatabaseFile);
        using (var connection = Open())
        {
            // Before the first table: the page size is fixed by it, and EF's own WAL switch comes too late for that.
            Execute(connection, "PRAGMA page_size=16384; PRAGMA journal_mode=WAL");

            // Left behind by a process that was killed while it migrated; ours is the lock that counts.
            Execute(connection, "DROP TABLE IF EXISTS \"__EFMigrationsLock\"");

            // Asked first, because EF takes most of a second to find out: commands are to start fast.
            if (IsUpToDate(connection))
            {
                return;
            }
        }

        var known = db.Database.GetMigrations().ToHashSet(StringComparer.Ordinal);
        var applied = await db.Database.GetAppliedMigrationsAsync(cancellationToken);
        if (applied.FirstOrDefault(m => !known.Contains(m)) is { } newer)
        {
            throw new SettingException(
                $"{DataDirectory.Setting}: {directory.DatabaseFile} was written by a newer version of UsageAdmin (schema {newer}). " +
                "Start that version, or restore a backup made with this one.");
        }

        await db.Database.MigrateAsync(cancellationToken);
    }

    /// <summary>
    /// Copies the write-ahead log into the file while a second connection keeps all writers out, in other processes too.
    /// Readers go on. Does nothing while somebody writes.
    /// </summary>
    public override void Checkpoint()
    {
        using var guard = Open();
        Execute(guard, "PRAGMA busy_timeout=0");
        try
        {
            // Not a command, which would try again for its whole timeout.
            using var begin = new SqliteStatement(guard, "BEGIN IMMEDIATE");
            begin.Execute();
        }
        catch (SqliteException e) when (e.SqliteErrorCode == SQLitePCL.raw.SQLITE_BUSY)
        {
            return;
        }

        try
        {
            using var checkpointer = Open();
            Execute(checkpointer, "PRAGMA wal_checkpoint(PASSIVE)");
        }
        finally
        {
            Execute(guard, "ROLLBACK");
        }
    }

    /// <remarks>SQLite locks the other two files, not the log: it may be opened and closed beside it.</remarks>
    public override void FlushLog()
    {
        var log = directory.DatabaseFile + "-wal";
        if (File.Exists(log))
        {
            using var file = File.OpenHandle(log, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
            RandomAccess.FlushToDisk(file);
        }
    }

    /// <summary>
    /// Makes the file, still empty, where it is missing: SQLite would make it readable by others where the umask lets it.
    /// The files beside it, for its log, get the mode of the database from SQLite.
    /// </summary>
    private static void MakeForOwnerAlone(string path)
    {
        if (OperatingSystem.IsWindows() || File.Exists(path))
        {
            return;
        }

        using var file = new FileStream(path, new FileStreamOptions
        {
            Mode = FileMode.OpenOrCreate,
            Access = FileAccess.Write,
            Share = FileShare.ReadWrite,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        });
    }

    /// <summary>Holds a lock file of the data directory until disposed, and waits for it.</summary>
    private async Task<FileStream> LockAsync(string name, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                return new FileStream(
                    Path.Combine(directory.Root, name), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException)
            {
                await Task.Delay(100, cancellationToken);
            }
        }
    }

    /// <summary>Whether the migrations of this program have been applied, all of them and no others.</summary>
    private static bool IsUpToDate(SqliteConnection connection)
    {
        using var table = new SqliteStatement(connection, "SELECT 1 FROM sqlite_master WHERE name = '__EFMigrationsHistory'");
        if (table.FirstNumber() is null)
        {
            return false;
        }

        var applied = new HashSet<string>(StringComparer.Ordinal);
        using var row = new SqliteStatement(connection, "SELECT MigrationId FROM __EFMigrationsHistory");
        while (row.Step())
        {
            applied.Add(row.Text(0)!);
        }

        return applied.SetEquals(
            from type in typeof(SqliteDatabase).Assembly.GetTypes()
            where type.GetCustomAttribute<DbContextAttribute>()?.ContextType == typeof(SqliteUsageDbContext)
            let id = type.GetCustomAttribute<MigrationAttribute>()?.Id
            where id is not null
            select id);
    }

    private SqliteConnection Open()
    {
        var connection = new SqliteConnection(_connectionString);
        try
        {
            connection.Open();
            Prepare(connection);
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    private static void Prepare(SqliteConnection connection)
    {
        BusyWait.Set(connection);
        Execute(connection, ConnectionPragmas);
    }

    private static void Execute(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // Only constants of this class come here.
        command.CommandText = sql;
#pragma warning restore CA2100
        command.ExecuteNonQuery();
    }

    private sealed class Nothing : IDisposable
    {
        public static readonly Nothing Instance = new();

        public void Dispose()
        {
        }
    }

    private sealed class Pragmas : DbConnectionInterceptor
    {
        public static readonly Pragmas Instance = new();

        public override void ConnectionOpened(
            System.Data.Common.DbConnection connection, ConnectionEndEventData eventData) =>
            Prepare((SqliteConnection)connection);

        public override Task ConnectionOpenedAsync(
            System.Data.Common.DbConnection connection, ConnectionEndEventData eventData,
            CancellationToken cancellationToken = default)
        {
            Prepare((SqliteConnection)connection);
            return Task.CompletedTask;
        }
    }
}
