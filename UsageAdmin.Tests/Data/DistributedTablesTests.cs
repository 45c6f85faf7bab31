using Microsoft.EntityFrameworkCore;
using UsageAdmin.Data;
using UsageAdmin.Data.PostgreSql;
using UsageAdmin.Data.Schema;
using UsageAdmin.Tests.Support;

namespace UsageAdmin.Tests.Data;

/// <summary>
/// Citus is not installed where the tests run. In its place stand a function and a table of the same names that write down how
/// they are called. So these tests say what Citus is asked for, and nothing of what it makes of it.
/// </summary>
public sealed class DistributedTablesTests : IAsyncLifetime
{
    private const string StandIn =
        """
        CREATE TABLE pg_dist_partition (
            no bigint GENERATED ALWAYS AS IDENTITY, logicalrelid regclass PRIMARY KEY, partkey text, colocate_with text);
        CREATE FUNCTION create_distributed_table(table_name regclass, distribution_column text, distribution_type text DEFAULT 'hash',
            colocate_with text DEFAULT 'default', shard_count int DEFAULT NULL) RETURNS void LANGUAGE sql
            AS 'INSERT INTO pg_dist_partition (logicalrelid, partkey, colocate_with) VALUES ($1, $2, $4)'
        """;

    private TestDatabase _test = null!;

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
    public async Task Large_tables_are_distributed_by_their_workspace_and_lie_together()
    {
        Install();

        await MigrateAsync();

        var others = DistributedTables.Names.Skip(1).Select(name => $"{name}|workspace_id|conversation");
        Assert.Equal(["conversation|workspace_id|none", .. others], Calls());
    }

    [Fact]
    public async Task What_is_distributed_stays_as_it_is()
    {
        Install();
        Rows.Execute(_test.Database, "SELECT create_distributed_table('message', 'workspace_id', colocate_with => 'mine')");

        await MigrateAsync();
        await MigrateAsync();

        var calls = Calls();
        Assert.Equal("message|workspace_id|mine", calls[0]);
        Assert.Equal(DistributedTables.Names.Count, calls.Length);
    }

    [Fact]
    public async Task Somebody_elses_function_of_that_name_is_not_called()
    {
        Rows.Execute(_test.Database, StandIn);

        await MigrateAsync();

        Assert.Empty(Calls());
    }

    [Fact]
    public void All_large_tables_with_a_workspace_are_named()
    {
        using var db = _test.Context();

        Assert.Equal(
            UsageDbContext.ClusteredTables.Where(type => type != typeof(AttributeValue))
                .Select(type => db.Model.FindEntityType(type)!.GetTableName()!).Order(StringComparer.Ordinal),
            DistributedTables.Names.Order(StringComparer.Ordinal));
    }

    private void Install() => Rows.Execute(
        _test.Database,
        $"{StandIn}; ALTER EXTENSION plpgsql ADD FUNCTION create_distributed_table(regclass, text, text, text, int)");

    private async Task MigrateAsync()
    {
        await using var db = _test.Context();
        await _test.Database.MigrateAsync(db, TestContext.Current.CancellationToken);
    }

    private string[] Calls() => Rows.Of(
        _test.Database, "SELECT CAST(logicalrelid AS text), partkey, colocate_with FROM pg_dist_partition ORDER BY no");
}
