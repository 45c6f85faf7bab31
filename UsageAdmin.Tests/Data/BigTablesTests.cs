using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Metadata;
using UsageAdmin.Data;
using UsageAdmin.Data.Schema;
using UsageAdmin.Tests.Support;

namespace UsageAdmin.Tests.Data;

/// <summary>The large tables on PostgreSQL: mapped by EF, made by SQL, and such that a workspace's rows can lie on one server.</summary>
public sealed class BigTablesTests : IAsyncLifetime
{
    /// <summary>What is asked of the people and things of all workspaces at once stays on one server.</summary>
    private static readonly Type[] Local = [typeof(AttributeValue)];

    private TestDatabase _test = null!;

    private static IEnumerable<Type> Distributed => UsageDbContext.ClusteredTables.Except(Local);

    public async ValueTask InitializeAsync()
    {
        Assert.SkipUnless(TestEngine.IsPostgreSql, "This is about PostgreSQL.");
        _test = await TestDatabase.CreateAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_test is not null)
        {
            await _test.DisposeAsync();
        }
    }

    [Fact]
    public void Columns_and_keys_are_those_of_the_model()
    {
        using var db = _test.Context();
        foreach (var entity in Entities(db, UsageDbContext.ClusteredTables))
        {
            var table = entity.GetTableName()!;
            var expected = entity.GetProperties()
                .Select(p => $"{p.GetColumnName()} {p.GetColumnType()} {(p.IsNullable ? "null" : "not null")}");

            Assert.Equal(
                expected.Order(StringComparer.Ordinal),
                Texts(
                    """
                    SELECT column_name || ' ' || data_type || CASE is_nullable WHEN 'YES' THEN ' null' ELSE ' not null' END
                    FROM information_schema.columns WHERE table_schema = 'public' AND table_name = ?1
                    """, table).Order(StringComparer.Ordinal));
            Assert.Equal(
                entity.FindPrimaryKey()!.Properties.Select(p => p.GetColumnName()),
                Texts(
                    """
                    SELECT a.attname FROM pg_index i CROSS JOIN unnest(i.indkey) WITH ORDINALITY AS k(attnum, place)
                    JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.attnum
                    WHERE i.indisprimary AND i.indrelid = CAST(?1 AS regclass) ORDER BY k.place
                    """, table));
            Assert.True(entity.IsTableExcludedFromMigrations());
        }
    }

    [Fact]
    public void Text_sorts_by_its_bytes_in_every_table()
    {
        Assert.Empty(Texts(
            """
            SELECT table_name || '.' || column_name FROM information_schema.columns
            WHERE table_schema = ?1 AND data_type IN ('text', 'character varying') AND collation_name IS DISTINCT FROM 'C'
            AND table_name <> '__EFMigrationsHistory'
            """, "public"));
    }

    [Fact]
    public void Every_unique_key_of_a_large_table_starts_with_the_workspace()
    {
        using var db = _test.Context();
        foreach (var entity in Entities(db, Distributed))
        {
            Assert.All(
                Texts(
                    """
                    SELECT a.attname FROM pg_index i
                    JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0]
                    WHERE i.indisunique AND i.indrelid = CAST(?1 AS regclass)
                    """, entity.GetTableName()!),
                column => Assert.Equal((entity.GetTableName(), "workspace_id"), (entity.GetTableName(), column)));
        }
    }

    [Fact]
    public void No_foreign_key_leads_to_or_from_a_large_table()
    {
        using var db = _test.Context();
        foreach (var entity in Entities(db, UsageDbContext.ClusteredTables))
        {
            Assert.Empty(Texts(
                "SELECT conname FROM pg_constraint WHERE contype = 'f' AND CAST(?1 AS regclass) IN (conrelid, confrelid)",
                entity.GetTableName()!));
        }
    }

    private static IEnumerable<IEntityType> Entities(UsageDbContext db, IEnumerable<Type> types) =>
        types.Select(type => db.GetService<IDesignTimeModel>().Model.FindEntityType(type)!);

    private List<string> Texts(string sql, string parameter)
    {
        using var session = _test.Database.OpenRead();
        var row = session.Prepare(sql).Bind(1, parameter);
        var texts = new List<string>();
        while (row.Step())
        {
            texts.Add(row.Text(0)!);
        }

        return texts;
    }
}
