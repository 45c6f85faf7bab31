using System.Net;
using Microsoft.EntityFrameworkCore;
using UsageAdmin.Data.Schema;
using UsageAdmin.Tests.Browser;
using UsageAdmin.Tests.Support;

namespace UsageAdmin.Tests.Exports;

/// <summary>Two servers on one database and one directory.</summary>
public sealed class SharedDatabaseTests : IAsyncLifetime
{
    private UsageAdminApp _first = null!;
    private UsageAdminApp _second = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        Assert.SkipUnless(TestEngine.IsPostgreSql, "SQLite has one server.");
        _first = await UsageAdminApp.StartAsync();
        _second = await _first.StartBesideAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_second is not null)
        {
            await _second.DisposeAsync();
            await _first.DisposeAsync();
        }
    }

    [Fact]
    public async Task Who_is_signed_in_on_one_is_on_the_other()
    {
        using var client = await ClientOfBothAsync();

        using var answer = await client.GetAsync("/w/alpha-main/activity", Token);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Fact]
    public async Task Exports_are_made_once_and_downloaded_from_either()
    {
        await BrowserFixture.ImportAsync(_first, "alpha-main");
        using var first = await _first.SignInAsync("admin@alpha.example");
        using var second = await ClientOfBothAsync();
        var ids = new List<string>();
        for (var i = 0; i < 10; i++)
        {
            using var queued = await (i % 2 == 0 ? first : second).PostFormAsync(
                $"/w/alpha-main/activity/export.json?from={DateTime.UtcNow:yyyy-MM}-01&to={DateTime.UtcNow:yyyy-MM}-28");
            ids.Add(queued.Headers.GetValues("X-Export-Id").Single());
        }

        foreach (var id in ids)
        {
            await Eventually.ReadAsync(() => StateAsync(id), state => state == ExportState.Finished);
            var file = await first.GetByteArrayAsync($"/exports/{id}/file", Token);

            Assert.True(file.Length > 1_000);
            Assert.Equal(file, await second.GetByteArrayAsync($"/exports/{id}/file", Token));
            await using var db = await _first.ContextAsync();
            Assert.Equal(1, await db.AuditEvents.CountAsync(e => e.Target == id && e.Action == "export.started", Token));
        }
    }

    /// <summary>Of the second server, with the cookie of the first.</summary>
    private async Task<HttpClient> ClientOfBothAsync()
    {
        var cookies = new CookieContainer();
        cookies.Add(await _first.SessionCookieAsync("admin@alpha.example"));
        return _second.NewClient(cookies);
    }

    private async Task<ExportState> StateAsync(string id)
    {
        await using var db = await _first.ContextAsync();
        return (await db.Exports.AsNoTracking().SingleAsync(e => e.PublicId == id, Token)).State;
    }
}
