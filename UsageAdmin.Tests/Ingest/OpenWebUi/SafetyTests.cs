using Microsoft.Data.Sqlite;
using UsageAdmin.Ingest;
using UsageAdmin.Ingest.OpenWebUi;

namespace UsageAdmin.Tests.Ingest.OpenWebUi;

/// <summary>A database is somebody else's: nothing secret is taken from it, nothing in it runs, nothing is written to it.</summary>
public sealed class SafetyTests : OpenWebUiTest
{
    private const string Canary = "canary-5f1d";

    [Theory]
    [InlineData(nameof(Schema.Old))]
    [InlineData(nameof(Schema.V08))]
    public async Task Nothing_of_credentials_settings_tokens_and_texts_of_files_comes_in(string version)
    {
        using var database = NewDatabase(version == nameof(Schema.Old) ? Schema.Old : Schema.V08).AddUser("ann", "Ann")
            .AddModel("helper", "ann", "b", "Helper")
            .AddChat("c1", "ann", new SomeChat().Ask("q1", null).Answer("a1", "q1").ToString()).AddRating("r", "ann", "c1", "a1", """{"rating":1}""")
            .Add("auth", "id", Canary, "email", Canary, "password", Canary, "active", 1)
            .Add("config", "id", 1, "data", $$$"""{"openai":{"api_keys":["{{{Canary}}}"]}}""", "version", 0)
            .Add("tool", "id", Canary, "user_id", "ann", "name", Canary, "content", Canary, "specs", Canary, "meta", Canary, "created_at", 1, "updated_at", 1, "valves", Canary)
            .Add("file", "id", "f", "user_id", "ann", "filename", "a", "data", Canary, "path", Canary, "hash", Canary, "created_at", 1)
            .Run($"UPDATE user SET settings = '{Canary}', info = '{Canary}', profile_image_url = '{Canary}'")
            .Run($"UPDATE model SET params = '{Canary}'").Run($"UPDATE feedback SET snapshot = '{Canary}'")
            .Run(version == nameof(Schema.Old)
                ? $"UPDATE user SET api_key = '{Canary}', oauth_sub = '{Canary}'"
                : $"""
                   UPDATE user SET oauth = '{Canary}', bio = '{Canary}';
                   INSERT INTO api_key (id, user_id, key, created_at) VALUES ('{Canary}', 'ann', '{Canary}', 1);
                   INSERT INTO oauth_session (id, user_id, provider, token) VALUES ('{Canary}', 'ann', 'x', '{Canary}')
                   """);

        var report = await ImportAsync(database);

        Assert.Equal((0, 0), (report.Refused, report.Warnings));
        Assert.Contains(Canary, System.Text.Encoding.Latin1.GetString(await File.ReadAllBytesAsync(database.Path, Cancellation)), StringComparison.Ordinal);

        // Keeps the database's log there while other tests clear the connections that nobody uses.
        using var session = Database.Database.OpenRead();
        session.Execute("SELECT 1 FROM organization");
        foreach (var file in Directory.EnumerateFiles(Database.Directory.Root, "*", SearchOption.AllDirectories))
        {
            await using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            using var bytes = new MemoryStream();
            await stream.CopyToAsync(bytes, Cancellation);
            Assert.True(bytes.ToArray().AsSpan().IndexOf(System.Text.Encoding.ASCII.GetBytes(Canary)) < 0, file);
        }
    }

    [Theory]
    [InlineData("SELECT password FROM auth")]
    [InlineData("SELECT count(*) FROM auth")]
    [InlineData("SELECT settings FROM user")]
    [InlineData("SELECT oauth FROM user")]
    [InlineData("SELECT info FROM \"user\"")]
    [InlineData("SELECT * FROM user")]
    [InlineData("SELECT key FROM api_key")]
    [InlineData("SELECT token FROM oauth_session")]
    [InlineData("SELECT data FROM config")]
    [InlineData("SELECT valves FROM tool")]
    [InlineData("SELECT snapshot FROM feedback")]
    [InlineData("SELECT data FROM file")]
    [InlineData("SELECT path FROM file")]
    [InlineData("SELECT params FROM model")]
    [InlineData("SELECT load_extension('x')")]
    [InlineData("SELECT randomblob(9)")]
    [InlineData("SELECT name FROM pragma_table_info('user')")]
    [InlineData("INSERT INTO chat DEFAULT VALUES")]
    [InlineData("PRAGMA query_only = 0")]
    [InlineData("PRAGMA wal_checkpoint")]
    [InlineData("ATTACH '/tmp/x' AS x")]
    public void The_connection_itself_refuses_what_is_not_to_be_read(string sql)
    {
        using var file = NewDatabase(Schema.V08);
        using var database = SourceDatabase.Open(file.Path, Database.Directory.Temporary);

        Assert.ThrowsAny<Exception>(() =>
        {
            using var statement = database.Prepare(sql);
            statement.Step();
        });
    }

    [Fact]
    public void What_is_to_be_read_can_be()
    {
        using var file = NewDatabase(Schema.V08).AddUser("ann", "Ann");
        using var database = SourceDatabase.Open(file.Path, Database.Directory.Temporary);
        using var statement = database.Prepare("SELECT email FROM user");

        Assert.True(statement.Step());
        Assert.Equal("ann@acme.example", statement.Text(0));
    }

    [Fact]
    public async Task Views_virtual_tables_and_computed_columns_are_not_asked()
    {
        using var database = NewDatabase(Schema.V07).AddUser("ann", "Ann")
            .AddChat("c1", "ann", new SomeChat().Ask("q1", null).ToString())
            .Run("DROP TABLE feedback; CREATE VIEW feedback AS SELECT password AS id, password AS data, '{}' AS meta FROM auth")
            .Run("DROP TABLE folder; CREATE VIRTUAL TABLE folder USING fts5(id, user_id, name)")
            .Run("ALTER TABLE model RENAME TO m; CREATE TABLE model(id TEXT, base_model_id TEXT, user_id TEXT, name TEXT AS (hex(zeroblob(100))) VIRTUAL)")
            .Run("INSERT INTO model (id, base_model_id) VALUES ('helper', 'b'); INSERT INTO auth VALUES ('a', 'a', 'secret', 1)");

        await ImportAsync(database);

        Assert.Equal(["c1"], Rows("SELECT external_id FROM conversation"));
        Assert.Equal(["helper|"], Rows("SELECT public_id, name FROM app"));
    }

    [Fact]
    public async Task A_view_in_place_of_the_chats_is_not_a_database_of_theirs()
    {
        using var database = NewDatabase(Schema.V07).Run("ALTER TABLE chat RENAME TO c; CREATE VIEW chat AS SELECT * FROM c");

        var refused = await Assert.ThrowsAsync<InvalidHeaderException>(() => ImportAsync(database));

        Assert.Equal("The database is not of Open WebUI: it has no table chat with a column id.", refused.Message);
    }

    [Fact]
    public async Task A_database_is_read_where_it_lies_without_a_trace()
    {
        using var database = NewDatabase(Schema.V07).AddUser("ann", "Ann").AddChat("c1", "ann", new SomeChat().Ask("q1", null).ToString());
        database.Dispose();
        var before = (await File.ReadAllBytesAsync(database.Path, Cancellation), File.GetLastWriteTimeUtc(database.Path));
        File.SetAttributes(database.Path, FileAttributes.ReadOnly);

        await ImportPathAsync(database.Path);

        Assert.Equal(before, (before.Item1, File.GetLastWriteTimeUtc(database.Path)));
        Assert.Equal(before.Item1, await File.ReadAllBytesAsync(database.Path, Cancellation));
        Assert.Equal([database.Path], Directory.GetFiles(Path.GetDirectoryName(database.Path)!, Path.GetFileName(database.Path) + "*"));
        Assert.Empty(Directory.GetFileSystemEntries(Database.Directory.Temporary));
    }

    [Fact]
    public async Task What_only_the_wal_holds_comes_in_and_neither_file_is_touched()
    {
        using var database = NewDatabase(Schema.V07).Run("PRAGMA journal_mode = WAL; PRAGMA wal_autocheckpoint = 0")
            .AddUser("ann", "Ann").AddChat("c1", "ann", new SomeChat().Ask("q1", null).ToString());
        var files = Directory.GetFiles(Path.GetDirectoryName(database.Path)!, Path.GetFileName(database.Path) + "*").Order(StringComparer.Ordinal).ToList();
        var wal = await File.ReadAllBytesAsync(database.Path + "-wal", Cancellation);
        var left = Directory.CreateDirectory(Path.Combine(Database.Directory.Temporary, "openwebui-of-a-process-that-was-killed"));
        await File.WriteAllTextAsync(Path.Combine(left.FullName, "webui.db"), "passwords", Cancellation);

        // Still open elsewhere, as in an Open WebUI that runs.
        await ImportPathAsync(database.Path);

        Assert.Equal(["c1"], Rows("SELECT external_id FROM conversation"));
        Assert.Equal(wal, await File.ReadAllBytesAsync(database.Path + "-wal", Cancellation));
        Assert.Equal(files, Directory.GetFiles(Path.GetDirectoryName(database.Path)!, Path.GetFileName(database.Path) + "*").Order(StringComparer.Ordinal));
        Assert.Empty(Directory.GetFileSystemEntries(Database.Directory.Temporary));
    }

    [Fact]
    public async Task A_transaction_that_never_ended_is_not_undone_in_somebodys_file()
    {
        using var database = NewDatabase(Schema.V07).AddUser("ann", "Ann");
        database.Dispose();
        await File.WriteAllBytesAsync(
            database.Path + "-journal", [0xd9, 0xd5, 0x05, 0xf9, 0x20, 0xa1, 0x63, 0xd7, .. new byte[504]], Cancellation);

        var refused = await Assert.ThrowsAsync<InvalidHeaderException>(() => ImportPathAsync(database.Path));

        Assert.StartsWith("A transaction in the database was not finished.", refused.Message, StringComparison.Ordinal);
        SqliteConnection.ClearAllPools();
    }
}
