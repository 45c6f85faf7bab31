using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using UsageAdmin.Data;
using UsageAdmin.Ingest;
using UsageAdmin.Tests.Support;

namespace UsageAdmin.Tests.Data;

public sealed class UsageDayServiceTests(UsageAdminApp app) : IClassFixture<UsageAdminApp>
{
    [Fact]
    public async Task The_server_packs_past_days_by_itself_and_leaves_the_running_one()
    {
        await app.Services.GetRequiredService<ImportWriter>().WriteAsync(
            new ImportItem[]
            {
                Some.Conversation("past", messages: [Some.Message("m1")]),
                Some.Conversation("now", at: DateTime.UtcNow, messages: [Some.Message("m1", at: DateTime.UtcNow)]),
            }.ToAsyncEnumerable(),
            new ImportRequest("test", "test", "alpha-main"), TestContext.Current.CancellationToken);

        var patience = Stopwatch.StartNew();
        while (Days(isPacked: true) == 0 && patience.Elapsed < TimeSpan.FromMinutes(2))
        {
            await Task.Delay(200, TestContext.Current.CancellationToken);
        }

        Assert.Equal((1, 1), (Days(isPacked: true), Days(isPacked: false)));
    }

    private long Days(bool isPacked)
    {
        using var session = app.Services.GetRequiredService<UsageDatabase>().OpenRead();
        var row = session.Prepare("SELECT count(*) FROM usage_day WHERE is_packed = ?1").Bind(1, isPacked ? 1 : 0);
        row.Step();
        return row.Number(0);
    }
}
