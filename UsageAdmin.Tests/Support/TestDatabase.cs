using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using UsageAdmin.Data;
using UsageAdmin.Data.Schema;
using UsageAdmin.Data.Sqlite;

namespace UsageAdmin.Tests.Support;

/// <summary>A migrated database in a directory of its own, with one organisation and one workspace; deleted when disposed.</summary>
public sealed class TestDatabase : IAsyncDisposable
{
    public const string OrganizationPublicId = "acme";
    public const string WorkspacePublicId = "acme-main";

    private readonly string _root = Path.Combine(Path.GetTempPath(), $"usageadmin-{Guid.NewGuid():N}");

    private TestDatabase()
    {
        Directory = new DataDirectory(new ConfigurationBuilder()
            .AddInMemoryCollection([new(DataDirectory.Setting, Path.Combine(_root, "data"))]).Build());
        Database = new UsageDatabase(Directory);
    }

    public DataDirectory Directory { get; }

    public UsageDatabase Database { get; }

    public Organization Organization { get; private set; } = null!;

    public Workspace Workspace { get; private set; } = null!;

    public static async Task<TestDatabase> CreateAsync(string timeZone = "Europe/Berlin")
    {
        var test = new TestDatabase();
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

    public UsageDbContext Context()
    {
        var options = new DbContextOptionsBuilder<SqliteUsageDbContext>();
        Database.Configure(options);
        return new SqliteUsageDbContext(options.Options);
    }

    /// <summary>Writes a file for an import beside the data directory and returns its path.</summary>
    public string Write(string name, ReadOnlySpan<byte> content)
    {
        var path = Path.Combine(_root, name);
        File.WriteAllBytes(path, content);
        return path;
    }

    public ValueTask DisposeAsync()
    {
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        System.IO.Directory.Delete(_root, recursive: true);
        return ValueTask.CompletedTask;
    }
}
