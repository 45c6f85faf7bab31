using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using UsageAdmin.Data;
using UsageAdmin.Data.RollUps;
using UsageAdmin.Ingest;
using UsageAdmin.Tests.Browser;
using UsageAdmin.Tests.Support;

namespace UsageAdmin.Tests.Architecture;

/// <summary>
/// As <see cref="DistributableSqlTests"/>, of what really runs: what is imported, exported and shown of a workspace touches the
/// rows of no other one.
/// </summary>
public sealed class OneWorkspaceTests : IAsyncLifetime
{
    /// <summary>
    /// What no workspace is bound to: the search for the next days to be packed, outside of a transaction; and, when an import is
    /// undone, whether other workspaces of the organisation name what goes.
    /// </summary>
    private static readonly string[] Across = ["FROM usage_day WHERE is_packed = 0", "FROM external_key WHERE workspace_id IN (SELECT id"];

    /// <summary>An import looks in the organisation's other workspaces whether somebody is known there, one by one and by the key.</summary>
    private const string Elsewhere = "SELECT entity_id FROM external_key WHERE workspace_id = ?1 AND source_id = ?2 ";

    private RecordingDatabase _recording = null!;
    private UsageAdminApp _app = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _app = await UsageAdminApp.StartWithServicesAsync(services =>
        {
            var open = services.Last(s => s.ServiceType == typeof(UsageDatabase)).ImplementationFactory!;
            services.AddSingleton<UsageDatabase>(provider =>
                _recording = new RecordingDatabase((UsageDatabase)open(provider)));
        });
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    [Fact]
    public async Task A_transaction_touches_the_large_tables_of_one_workspace()
    {
        await BrowserFixture.ImportAsync(_app, "alpha-main");
        await BrowserFixture.ImportAsync(_app, "alpha-lab");
        var later = DateTime.UtcNow.AddMinutes(1);
        while (UsageDays.Pack(_recording, later, later, 8) > 0)
        {
        }

        await ReadAsync("alpha-main");
        await ReadAsync("alpha-lab");
        await UndoAsync();

        var transactions = _recording.Transactions;
        Assert.All(transactions, t => Assert.True(Workspaces(t).Distinct().Count() < 2, string.Join('\n', t.Uses)));
        Assert.All(
            transactions.SelectMany(t => t.Unbound).Distinct(),
            sql => Assert.Contains(Across, known => sql.Contains(known, StringComparison.Ordinal)));
        Assert.Equal(2, transactions.Where(t => t.Writes).SelectMany(Workspaces).Distinct().Count());
        Assert.Equal(2, transactions.Where(t => !t.Writes).SelectMany(Workspaces).Distinct().Count());
    }

    private static IEnumerable<long> Workspaces(RecordedTransaction transaction) =>
        transaction.Uses.Where(u => !u.Sql.StartsWith(Elsewhere, StringComparison.Ordinal)).Select(u => u.Workspace);

    private async Task ReadAsync(string workspace)
    {
        using var client = await _app.SignInAsync("admin@alpha.example");
        var range = $"from={DateTime.UtcNow:yyyy-MM}-01&to={DateTime.UtcNow:yyyy-MM}-28";
        string[] addresses =
        [
            $"/w/{workspace}/activity?{range}", $"/w/{workspace}/activity/export.json?{range}", $"/w/{workspace}/usage?{range}",
            $"/w/{workspace}/import",
        ];
        string[] usage = ["users", "assistants", "projects", "models"];
        foreach (var address in addresses.Concat(usage.Select(type => $"/w/{workspace}/usage/export/{type}.csv?{range}")))
        {
            using var answer = await client.GetAsync(address, Token);
            Assert.True(answer.IsSuccessStatusCode, $"{address}: {answer.StatusCode}");
            await answer.Content.ReadAsByteArrayAsync(Token);
        }
    }

    private async Task UndoAsync()
    {
        await using var db = await _app.ContextAsync();
        var import = await db.Imports.OrderBy(i => i.Id).LastAsync(Token);
        var report = await _app.Services.GetRequiredService<ImportUndo>().RunAsync(import.WorkspaceId, import.Id, Token);
        Assert.True(report.Removed > 0);
    }
}
