using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Metadata;
using UsageAdmin.Data;
using UsageAdmin.Tests.Support;

namespace UsageAdmin.Tests.Data;

/// <summary>EF maps these tables but must never rebuild them: that would undo their layout without a word.</summary>
public sealed class ClusteredTablesTests : IAsyncLifetime
{
    private TestDatabase _test = null!;

    public async ValueTask InitializeAsync() => _test = await TestDatabase.CreateAsync();

    public ValueTask DisposeAsync() => _test.DisposeAsync();

    [Fact]
    public void The_file_has_large_pages_and_a_write_ahead_log()
    {
        TestEngine.SkipUnlessSqlite();
        using var session = _test.Database.OpenRead();

        Assert.Equal("16384", One(session, "PRAGMA page_size"));
        Assert.Equal("wal", One(session, "PRAGMA journal_mode"));
        Assert.Equal("0", One(session, "PRAGMA wal_autocheckpoint"));
        Assert.Equal("1", One(session, "PRAGMA synchronous"));
    }

    [Fact]
    public void Columns_and_keys_are_those_of_the_model()
    {
        TestEngine.SkipUnlessSqlite();
        using var db = _test.Context();
        using var session = _test.Database.OpenRead();
        foreach (var type in UsageDbContext.ClusteredTables)
        {
            var entity = db.GetService<IDesignTimeModel>().Model.FindEntityType(type)!;
            var expected = entity.GetProperties()
                .Select(p => (
                    Name: p.GetColumnName(), Type: p.GetColumnType(), NotNull: !p.IsNullable,
                    Key: (entity.FindPrimaryKey()!.Properties.ToList().IndexOf(p)) + 1))
                .OrderBy(c => c.Name, StringComparer.Ordinal);
            var row = session.Prepare($"SELECT name, type, \"notnull\", pk FROM pragma_table_xinfo('{entity.GetTableName()}')");
            var actual = new List<(string Name, string Type, bool NotNull, int Key)>();
            while (row.Step())
            {
                actual.Add((row.Text(0)!, row.Text(1)!, row.Number(2) != 0, (int)row.Number(3)));
            }

            Assert.Equal(expected, actual.OrderBy(c => c.Name, StringComparer.Ordinal));
            Assert.EndsWith("WITHOUT ROWID", One(
                session, $"SELECT sql FROM sqlite_schema WHERE type = 'table' AND name = '{entity.GetTableName()}'"),
                StringComparison.Ordinal);
            Assert.True(entity.IsTableExcludedFromMigrations());
        }
    }

    [Fact]
    public async Task The_model_has_no_change_without_a_migration()
    {
        await using var db = _test.Context();

        Assert.False(db.Database.HasPendingModelChanges());
    }

    [Fact]
    public void Checkpoints_keep_away_while_somebody_writes()
    {
        TestEngine.SkipUnlessSqlite();
        using var writer = _test.Database.OpenWrite();
        writer.Begin();
        writer.Execute("CREATE TABLE scratch (x TEXT)");
        var before = _test.Database.WalBytes;

        _test.Database.Checkpoint();
        writer.Commit();
        _test.Database.Checkpoint();

        Assert.True(before > 0);
        using var reader = _test.Database.OpenRead();
        Assert.Equal("0", One(reader, "SELECT count(*) FROM scratch"));
    }

    private static string One(UsageSession session, string sql)
    {
        var row = session.Prepare(sql);
        Assert.True(row.Step());
        return row.Text(0)!;
    }
}
