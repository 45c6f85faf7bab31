using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using UsageAdmin.Data;
using UsageAdmin.Data.PostgreSql;
using UsageAdmin.Data.Schema;
using UsageAdmin.Data.Sqlite;

namespace UsageAdmin.Tests.Support;

/// <summary>A migrated database in a directory of its own, with one organisation and one workspace; deleted when disposed.</summary>
public sealed class TestDatabase : IAsyncDisposable
{
    public const string OrganizationPublicId = "acme";
    public const string WorkspacePublicId = "acme-main";

    private readonly string _root = Path.Combine(Path.GetTempPath(), $"usageadmin-{Guid.NewGuid():N}");

    /// <summary>Null: on SQLite.</summary>
    private readonly string? _connectionString;

    private TestDatabase(string? connectionString)
    {
        _connectionString = connectionString;
        Directory = new DataDirectory(new ConfigurationBuilder()
            .AddInMemoryCollection([new(DataDirectory.Setting, Path.Combine(_root, "data"))]).Build());
        Database = connectionString is null ? new SqliteDatabase(Directory) : new PostgreSqlDatabase(connectionString);
    }

    public DataDirectory Directory { get; }

    public UsageDatabase Database { get; }

    public Organization Organization { get; private set; } = null!;

    public Workspace Workspace { get; private set; } = null!;

    public static async Task<TestDatabase> CreateAsync(string timeZone = "Europe/Berlin")
    {
        var test = new TestDatabase(TestEngine.IsPostgreSql ? await TestEngine.CreateMigratedAsync() : null);
        await using var db = test.Context();
        await test.Database.MigrateAsync(db);
        test.Organization = new Organization
        {
            PublicId = OrganizationPublicId,
            Name = "Acme",
            TimeZone = timeZone,
            FirstDayOfWeek = DayOfWeek.Monday,
            ExportsEnabled = true,
            CreatedAtUtc = DateTime.UnixEpoch,
        };
        db.Add(test.Organization);
        await db.SaveChangesAsync();
        test.Workspace = await test.AddWorkspaceAsync(WorkspacePublicId);
        return test;
    }

    /// <summary>One more workspace of the same organisation.</summary>
    public async Task<Workspace> AddWorkspaceAsync(string publicId)
    {
        await using var db = Context();
        var workspace = new Workspace
        {
            OrganizationId = Organization.Id,
            PublicId = publicId,
            Name = publicId,
            CreatedAtUtc = DateTime.UnixEpoch,
        };
        db.Add(workspace);
        await db.SaveChangesAsync();
        return workspace;
    }

    /// <summary>For a command on this database, as <c>--Key=value</c>.</summary>
    public string[] WhereItIs =>
        [$"--DataDirectory={Directory.Root}", .. _connectionString is null ? [] : TestEngine.Settings(_connectionString)];

    public UsageDbContext Context() => Database.CreateContext();

    public IDbContextFactory<UsageDbContext> Contexts => new ContextFactory(Database);

    /// <summary>Writes a file for an import beside the data directory and returns its path.</summary>
    public string Write(string name, ReadOnlySpan<byte> content)
    {
        var path = Path.Combine(_root, name);
        File.WriteAllBytes(path, content);
        return path;
    }

    public async ValueTask DisposeAsync()
    {
        if (_connectionString is null)
        {
            Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        }
        else
        {
            (Database as IDisposable)?.Dispose();
            await TestEngine.DropAsync(_connectionString);
        }

        System.IO.Directory.Delete(_root, recursive: true);
    }

    private sealed class ContextFactory(UsageDatabase database) : IDbContextFactory<UsageDbContext>
    {
        public UsageDbContext CreateDbContext() => database.CreateContext();
    }
}
