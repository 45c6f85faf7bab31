using UsageAdmin.Data.Schema;
using UsageAdmin.Exports;
using UsageAdmin.Organizations;
using UsageAdmin.Tests.Support;

namespace UsageAdmin.Tests.Exports.Jobs;

/// <summary>Queued exports that several servers of one database want to make.</summary>
public sealed class TakenJobTests : IAsyncLifetime
{
    private TestDatabase _test = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _test = await TestDatabase.CreateAsync();

    public ValueTask DisposeAsync() => _test.DisposeAsync();

    [Fact]
    public async Task Each_is_made_by_one_server_though_all_want_the_same_ones()
    {
        const int Servers = 4;
        var ids = Enumerable.Range(0, 25).Select(_ => Queue()).ToList();
        using var together = new Barrier(Servers);

        var taken = await Task.WhenAll(Enumerable.Range(0, Servers).Select(_ => Task.Factory.StartNew(
            () => TakeAll(ids, together), Token, TaskCreationOptions.LongRunning, TaskScheduler.Default)));

        Assert.Equal(ids.Order(StringComparer.Ordinal), taken.SelectMany(t => t).Order(StringComparer.Ordinal));
        Assert.Equal(
            ["export.finished|25", "export.queued|25", "export.started|25"],
            Rows.Of(_test.Database, "SELECT action, count(*) FROM audit_event GROUP BY action ORDER BY action"));
    }

    [Fact]
    public void One_that_another_server_is_just_taking_is_passed_over_without_waiting()
    {
        Assert.SkipUnless(TestEngine.IsPostgreSql, "On SQLite a transaction that writes is alone.");
        var (first, second) = (Queue(), Queue());
        using (var other = _test.Database.OpenWrite())
        {
            other.Begin();
            Assert.NotNull(other.Prepare($"SELECT id FROM export WHERE public_id = ?1 {other.Sql.UnlessTaken}")
                .Bind(1, first).FirstNumber());

            // Whoever waits is refused after five seconds.
            Assert.Null(Take(first));
            End(Take(second));
        }

        // The other one died before it was done.
        End(Take(first));
    }

    private string Queue() => SomeExports.Log(_test, TimeProvider.System).Queue(Start(), "users.csv", 100)!;

    private RunningExport? Take(string id) => SomeExports.Log(_test, TimeProvider.System).StartQueued(Start(), id, "users.csv");

    private List<string> TakeAll(List<string> ids, Barrier together)
    {
        var taken = new List<string>();
        foreach (var id in ids)
        {
            together.SignalAndWait(Token);
            if (Take(id) is { } running)
            {
                taken.Add(id);
                End(running);
            }
        }

        return taken;
    }

    private static void End(RunningExport? running)
    {
        Assert.NotNull(running);
        running.Finish(rows: 0, bytes: 0);
    }

    private ExportStart Start() => new(
        _test.Organization, _test.Workspace, "users", "csv", ExportOrigin.Background, Actor.Server,
        new Dictionary<string, object?>());
}
