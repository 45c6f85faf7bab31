using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using UsageAdmin.Data.Sqlite;
using UsageAdmin.Tests.Support;
using UsageAdmin.Tests.Usage;

namespace UsageAdmin.Tests.Data;

public sealed class MigrationTests
{
    /// <summary>Else a process that is killed on the way leaves half of it (reliability of upgrades).</summary>
    [Fact]
    public async Task Every_migration_runs_in_one_transaction()
    {
        await using var test = await TestDatabase.CreateAsync();
        await using var db = test.Context();
        var (migrations, generator) = (db.GetService<IMigrationsAssembly>(), db.GetService<IMigrationsSqlGenerator>());

        foreach (var (id, type) in migrations.Migrations)
        {
            var migration = migrations.CreateMigration(type, db.Database.ProviderName!);
            var model = db.GetService<IModelRuntimeInitializer>().Initialize(migration.TargetModel);

            Assert.DoesNotContain(
                id, generator.Generate(migration.UpOperations, model).Where(c => c.TransactionSuppressed).Select(_ => id));
        }
    }

    [Fact]
    public async Task What_answers_took_is_counted_for_rows_from_before()
    {
        TestEngine.SkipUnlessSqlite();
        await using var test = await TestDatabase.CreateAsync();
        await RandomUsage.FillAsync(test, 11);
        var before = Slots(test);
        await using (var db = test.Context())
        {
            await db.Database.ExecuteSqlRawAsync(ClusteredTables.DropUsageOfAnswers, TestContext.Current.CancellationToken);
            await db.Database.ExecuteSqlRawAsync("UPDATE organization SET own_model_keys_enabled = NULL", TestContext.Current.CancellationToken);
            await db.Database.ExecuteSqlRawAsync(ClusteredTables.AddUsageOfAnswers, TestContext.Current.CancellationToken);
            Assert.True(await db.Organizations.Select(o => o.OwnModelKeysEnabled).SingleAsync(TestContext.Current.CancellationToken));
        }

        Assert.True(before.Count > 100);
        Assert.Equal(before, Slots(test));
    }

    private static List<string> Slots(TestDatabase test)
    {
        using var session = test.Database.OpenRead();
        var row = session.Prepare(
            """
            SELECT slot, conversation_no, model_id, requests, requests_with_cost, min_input_tokens, max_input_tokens,
                min_output_tokens, max_output_tokens, responses, response_milliseconds, positive_ratings, negative_ratings
            FROM usage_slot
            """);
        var rows = new List<string>();
        while (row.Step())
        {
            rows.Add(string.Join('|', Enumerable.Range(0, 13).Select(row.Text)));
        }

        return rows;
    }
}
