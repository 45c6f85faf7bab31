using System.Runtime.Versioning;
using Microsoft.Extensions.Configuration;
using UsageAdmin.Data;
using UsageAdmin.Data.Sqlite;

namespace UsageAdmin.Tests.Data;

[UnsupportedOSPlatform("windows")]
public sealed class DatabaseFileTests : IDisposable
{
    private const string LargeTable = "CREATE TABLE filler AS SELECT zeroblob(5000000)";

    private const UnixFileMode OwnerAlone = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode OpenToAll = OwnerAlone | UnixFileMode.GroupRead | UnixFileMode.OtherRead;
    private const UnixFileMode OpenFolder =
        OpenToAll | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    private readonly string _root = Path.Combine(Path.GetTempPath(), $"usageadmin-{Guid.NewGuid():N}");

    public void Dispose()
    {
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        Directory.Delete(_root, recursive: true);
    }

    [Fact]
    public async Task In_a_directory_that_was_there_the_owner_alone_can_read_what_is_made()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no file modes.");
        Directory.CreateDirectory(_root, OpenFolder);
        var (directory, database) = await MigrateAsync();

        // The log is there while somebody reads.
        using var session = database.OpenRead();
        Assert.Equal(0, session.Prepare("SELECT count(*) FROM workspace").FirstNumber());
        string[] files = [directory.DatabaseFile, $"{directory.DatabaseFile}-wal", $"{directory.DatabaseFile}-shm"];
        Assert.All(files, file => Assert.Equal((file, OwnerAlone), (file, File.GetUnixFileMode(file))));
        string[] folders = [directory.Keys, directory.Exports, directory.Temporary];
        Assert.All(folders, folder =>
            Assert.Equal((folder, OwnerAlone | UnixFileMode.UserExecute), (folder, File.GetUnixFileMode(folder))));
    }

    /// <summary>Else every transaction behind a large one would seem to need a checkpoint.</summary>
    [Fact]
    public async Task The_log_is_as_long_as_what_it_holds()
    {
        var (_, database) = await MigrateAsync();
        using var session = database.OpenWrite();
        Write(session, LargeTable);
        Assert.InRange(database.WalBytes, 5_000_000, long.MaxValue);

        database.Checkpoint();
        Write(session, "DROP TABLE filler");

        Assert.InRange(database.WalBytes, 1, 1_000_000);
    }

    [Fact]
    public async Task A_session_for_bulk_keeps_the_file_of_the_log_until_its_end_and_knows_how_much_it_holds()
    {
        var (_, database) = await MigrateAsync();
        using (var bulk = database.OpenBulkWrite())
        {
            Write(bulk, LargeTable);
            database.FlushLog();
            Assert.InRange(bulk.WalBytes, 5_000_000, long.MaxValue);

            database.Checkpoint();
            Write(bulk, "DROP TABLE filler");

            Assert.InRange(bulk.WalBytes, 1, 1_000_000);
            Assert.InRange(database.WalBytes, 5_000_000, long.MaxValue);
        }

        database.Checkpoint();
        using var session = database.OpenWrite();
        database.FlushLog();
        Write(session, "CREATE TABLE next (id INTEGER)");

        Assert.InRange(database.WalBytes, 1, 1_000_000);
    }

    [Fact]
    public async Task A_database_that_was_there_stays_as_its_operator_made_it()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no file modes.");
        Directory.CreateDirectory(_root, OpenFolder);
        var file = Path.Combine(_root, "usageadmin.db");
        await File.Create(file).DisposeAsync();
        File.SetUnixFileMode(file, OpenToAll);

        await MigrateAsync();

        Assert.Equal(OpenToAll, File.GetUnixFileMode(file));
    }

    private static void Write(UsageSession session, string sql)
    {
        session.Begin();
        session.Execute(sql);
        session.Commit();
    }

    private async Task<(DataDirectory Directory, UsageDatabase Database)> MigrateAsync()
    {
        var directory = new DataDirectory(
            new ConfigurationBuilder().AddInMemoryCollection([new(DataDirectory.Setting, _root)]).Build());
        var database = new SqliteDatabase(directory);
        await using var db = database.CreateContext();
        await database.MigrateAsync(db, TestContext.Current.CancellationToken);
        return (directory, database);
    }
}
