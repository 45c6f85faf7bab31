using System.Reflection;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using UsageAdmin.Data.Sqlite;

namespace UsageAdmin.Data;

/// <summary>
/// The seam between engines: how the database is made, opened, migrated and checkpointed. Everything else speaks plain
/// SQL through a <see cref="UsageSession"/>, or EF Core.
/// </summary>
public sealed class UsageDatabase(DataDirectory directory)
{
    /// <summary>Set on every connection, EF's too. A checkpoint beside a writer can corrupt the file in SQLite before
    /// 3.51.3 (sqlite.org/wal.html#walresetbug), so no connection checkpoints by itself.</summary>
    private const string ConnectionPragmas =
        "PRAGMA wal_autocheckpoint=0; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON; " +
        "PRAGMA cache_size=-4096";

    /// <summary>64 MiB: an import touches pages all over the indexes. Reading goes through the file in order instead.</summary>
    private const string WriterPragmas = "PRAGMA cache_size=-65536";

    private readonly string _connectionString = new SqliteConnectionStringBuilder
    {
        DataSource = directory.DatabaseFile,
        DefaultTimeout = 30,
    }.ToString();

    /// <summary>A snapshot: all statements of the session see the database as it is at its first read.</summary>
    public UsageSession OpenRead()
    {
        var session = new UsageSession(Open());
        session.Begin(immediate: false);
        return session;
    }

    /// <summary>A session outside a transaction; its <see cref="UsageSession.Begin"/> waits until it is the only writer.</summary>
    public UsageSession OpenWrite()
    {
        var connection = Open();
        Execute(connection, WriterPragmas);
        return new UsageSession(connection);
    }

    /// <summary>Points EF at the database.</summary>
    public void Configure(DbContextOptionsBuilder options) =>
        options.UseSqlite(_connectionString).AddInterceptors(Pragmas.Instance);

    /// <summary>Makes the file where it is missing and brings the schema up to date. Safe to run in several processes.</summary>
    /// <exception cref="InvalidOperationException">The file was written by a newer version of the program.</exception>
    public async Task MigrateAsync(UsageDbContext db, CancellationToken cancellationToken = default)
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
            throw new InvalidOperationException(
                $"{directory.DatabaseFile} was written by a newer version of UsageAdmin (schema {newer}). " +
                "Start that version, or restore a backup made with this one.");
        }

        await db.Database.MigrateAsync(cancellationToken);
    }

    /// <summary>
    /// Copies the write-ahead log into the file while a second connection keeps all writers out, in other processes too.
    /// Readers go on. Does nothing while somebody writes.
    /// </summary>
    public void Checkpoint()
    {
        using var guard = Open();
        Execute(guard, "PRAGMA busy_timeout=0");
        try
        {
            // Not a command, which would try again for its whole timeout.
            using var begin = new Statement(guard, "BEGIN IMMEDIATE");
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

    /// <summary>Size of the write-ahead log in bytes.</summary>
    public long WalBytes => new FileInfo(directory.DatabaseFile + "-wal") is { Exists: true } wal ? wal.Length : 0;

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
        using var table = new Statement(connection, "SELECT 1 FROM sqlite_master WHERE name = '__EFMigrationsHistory'");
        if (table.FirstNumber() is null)
        {
            return false;
        }

        var applied = new HashSet<string>(StringComparer.Ordinal);
        using var row = new Statement(connection, "SELECT MigrationId FROM __EFMigrationsHistory");
        while (row.Step())
        {
            applied.Add(row.Text(0)!);
        }

        return applied.SetEquals(
            from type in typeof(UsageDatabase).Assembly.GetTypes()
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
