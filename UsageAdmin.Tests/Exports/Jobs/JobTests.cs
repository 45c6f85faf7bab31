using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using UsageAdmin.Accounts;
using UsageAdmin.Data.Schema;
using UsageAdmin.Exports;
using UsageAdmin.Exports.Jobs;
using UsageAdmin.Organizations;
using UsageAdmin.Tests.Browser;
using UsageAdmin.Tests.Support;
using UsageAdmin.Usage;

namespace UsageAdmin.Tests.Exports.Jobs;

/// <summary>Exports in the background, on a server of their own each time: what runs would disturb the others.</summary>
public sealed class JobTests : IAsyncLifetime
{
    private const string Month = "from=2026-01-01&to=2026-01-31";

    private readonly HeldJobs _held = new();
    private UsageAdminApp _app = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _app = await UsageAdminApp.StartWithServicesAsync(_held.AddTo);
        _app.Services.GetRequiredService<JobService>().Grace = TimeSpan.Zero;
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _held.Dispose();
    }

    [Fact]
    public async Task Two_of_an_organisation_run_and_four_in_all_and_the_rest_wait_in_turn()
    {
        var alpha = await QueueAsync("alpha-main", 4);
        await WaitForAsync(alpha[1], ExportState.Running);
        var beta = await QueueAsync("beta-main", 3);
        await WaitForAsync(beta[1], ExportState.Running);
        var hostile = await QueueAsync("hostile-main", 1);

        Assert.Equal(4, await CountAsync(ExportState.Running));
        Assert.Equal(ExportState.Queued, (await RowAsync(alpha[2])).State);

        // Whoever runs none comes before those who asked earlier.
        _held.Release();
        await WaitForAsync(hostile[0], ExportState.Running);
        Assert.Equal(4, await CountAsync(ExportState.Running));

        _held.Release(7);
        foreach (var id in alpha.Concat(beta).Concat(hostile))
        {
            await WaitForAsync(id, ExportState.Finished);
        }
    }

    [Fact]
    public async Task A_full_queue_refuses_with_the_time_to_come_back()
    {
        var running = await QueueAsync("alpha-main", 2);
        await WaitForAsync(running[1], ExportState.Running);
        await QueueAsync("alpha-lab", QueuedExports.MostQueued);
        using var client = await _app.SignInAsync("wsadmin@alpha.example");

        using var program = await client.PostFormAsync($"/exports/{running[0]}/again");
        using var browser = await client.PostFormAsync($"/exports/{running[0]}/again", "text/html");

        Assert.Null(await HeldJobs.QueueAsync(_app, "alpha-main"));
        Assert.Equal(HttpStatusCode.TooManyRequests, program.StatusCode);
        Assert.NotNull(program.Headers.RetryAfter?.Delta);
        Assert.Equal("/w/alpha-main/exports?notice=queue-full", browser.Headers.Location?.ToString());
        Assert.Equal(QueuedExports.MostQueued, await CountAsync(ExportState.Queued));
        Assert.NotNull(await HeldJobs.QueueAsync(_app, "beta-main"));
    }

    [Fact]
    public async Task A_running_job_shows_how_far_it_is()
    {
        var id = (await QueueAsync("alpha-main", 1))[0];

        var row = await Eventually.ReadAsync(() => RowAsync(id), row => row.DoneRows is not null);

        Assert.Equal((ExportState.Running, 3, 10), (row.State, row.DoneRows, row.ExpectedRows));
        using var client = await _app.SignInAsync("wsadmin@alpha.example");
        var told = JsonNode.Parse(await client.GetStringAsync($"/exports/{id}", Token))!;
        Assert.Equal(("background", "running", 3, 10), (
            (string?)told["origin"], (string?)told["state"], (int?)told["doneRows"], (int?)told["expectedRows"]));
    }

    [Fact]
    public async Task A_running_job_is_cancelled_and_leaves_no_file()
    {
        var id = (await QueueAsync("alpha-main", 1))[0];
        await WaitForAsync(id, ExportState.Running);
        using var client = await _app.SignInAsync("admin@alpha.example");

        using var cancelled = await client.PostFormAsync($"/exports/{id}/cancel");

        Assert.Equal(HttpStatusCode.NoContent, cancelled.StatusCode);
        await WaitForAsync(id, ExportState.Cancelled);
        Assert.Empty(Files(id));
        Assert.Equal(
            ["wsadmin@alpha.example export.queued", "wsadmin@alpha.example export.started",
             "admin@alpha.example export.cancel-requested", "wsadmin@alpha.example export.cancelled"],
            await AuditAsync(id));
    }

    [Fact]
    public async Task A_job_stops_also_where_another_process_asks_for_it()
    {
        var id = (await QueueAsync("alpha-main", 1))[0];
        await WaitForAsync(id, ExportState.Running);

        // All that another process can do.
        await using var db = await _app.ContextAsync();
        await db.Exports.Where(e => e.PublicId == id).ExecuteUpdateAsync(
            set => set.SetProperty(e => e.CancelRequestedAtUtc, DateTime.UtcNow), Token);

        await WaitForAsync(id, ExportState.Cancelled);
    }

    [Fact]
    public async Task A_queued_job_is_cancelled_before_it_starts()
    {
        var ids = await QueueAsync("alpha-main", 3);
        await WaitForAsync(ids[1], ExportState.Running);
        using var client = await _app.SignInAsync("wsadmin@alpha.example");

        using var browser = await client.PostFormAsync(
            $"/exports/{ids[2]}/cancel", "text/html", ("returnUrl", "/w/alpha-main/exports?state=queued"));
        using var hostile = await client.PostFormAsync(
            $"/exports/{ids[2]}/cancel", "text/html", ("returnUrl", "https://evil.example/"));

        Assert.Equal("/w/alpha-main/exports?state=queued", browser.Headers.Location?.ToString());
        Assert.Equal("/w/alpha-main/exports", hostile.Headers.Location?.ToString());
        var row = await RowAsync(ids[2]);
        Assert.Equal((ExportState.Cancelled, null), (row.State, row.StartedAtUtc));
        Assert.Equal(
            ["wsadmin@alpha.example export.queued", "wsadmin@alpha.example export.cancelled"], await AuditAsync(ids[2]));

        using var ended = await client.PostFormAsync($"/exports/{ids[2]}/cancel");
        Assert.Equal(HttpStatusCode.Conflict, ended.StatusCode);
        Assert.Contains("\"export-ended\"", await ended.Content.ReadAsStringAsync(Token), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("cancel")]
    [InlineData("again")]
    public async Task Nobody_else_cancels_or_repeats_and_no_other_site_does(string what)
    {
        var id = (await QueueAsync("alpha-main", 1))[0];
        using var foreign = await _app.SignInAsync("wsadmin@beta.example");
        using var member = await _app.SignInAsync("member@alpha.example");
        using var forged = await _app.SignInAsync("wsadmin@alpha.example");

        using var notFound = await foreign.PostFormAsync($"/exports/{id}/{what}");
        using var forbidden = await member.PostFormAsync($"/exports/{id}/{what}");
        using var bad = await forged.PostAsync($"/exports/{id}/{what}", null, Token);

        Assert.Equal(
            (HttpStatusCode.NotFound, HttpStatusCode.Forbidden, HttpStatusCode.BadRequest),
            (notFound.StatusCode, forbidden.StatusCode, bad.StatusCode));
        Assert.Null((await RowAsync(id)).CancelRequestedAtUtc);
        await using var db = await _app.ContextAsync();
        Assert.Equal(1, await db.Exports.CountAsync(Token));
    }

    [Fact]
    public async Task Who_loses_the_right_before_the_start_gets_nothing()
    {
        var ids = await QueueAsync("alpha-main", 3);
        await WaitForAsync(ids[1], ExportState.Running);
        await RevokeAsync();

        _held.Release(2);

        await WaitForAsync(ids[2], ExportState.Failed);
        var row = await RowAsync(ids[2]);
        Assert.Equal(("right-lost", null), (row.Failure, row.StartedAtUtc));
        Assert.Equal(["wsadmin@alpha.example export.queued", " export.failed"], await AuditAsync(ids[2]));
    }

    [Fact]
    public async Task Who_loses_the_right_while_it_runs_gets_no_file()
    {
        var id = (await QueueAsync("alpha-main", 1))[0];
        await WaitForAsync(id, ExportState.Running);
        await RevokeAsync();

        _held.Release();

        await WaitForAsync(id, ExportState.Failed);
        Assert.Equal("right-lost", (await RowAsync(id)).Failure);
        Assert.Empty(Files(id));
    }

    [Fact]
    public async Task Where_exports_are_switched_off_meanwhile_there_is_no_file()
    {
        var ids = await QueueAsync("alpha-main", 3);
        await WaitForAsync(ids[1], ExportState.Running);
        await using var db = await _app.ContextAsync();
        await db.Organizations.ExecuteUpdateAsync(set => set.SetProperty(o => o.ExportsEnabled, false), Token);

        _held.Release(2);

        foreach (var id in ids)
        {
            await WaitForAsync(id, ExportState.Failed);
            Assert.Equal("feature-disabled", (await RowAsync(id)).Failure);
        }
    }

    [Fact]
    public async Task Activity_in_the_background_is_the_live_download()
    {
        await BrowserFixture.ImportAsync(_app, "alpha-main");
        using var client = await _app.SignInAsync("admin@alpha.example");
        var query = $"from={DateTime.UtcNow:yyyy-MM}-01&to={DateTime.UtcNow:yyyy-MM}-28&user=u1&user=u2&app=app0";
        var live = await client.GetStringAsync($"/w/alpha-main/activity/export.json?{query}", Token);

        using var queued = await client.PostFormAsync($"/w/alpha-main/activity/export.json?{query}");

        Assert.Equal(HttpStatusCode.Accepted, queued.StatusCode);
        var id = queued.Headers.GetValues("X-Export-Id").Single();
        Assert.Equal($"/exports/{id}", queued.Headers.Location?.ToString());
        await WaitForAsync(id, ExportState.Finished);
        using var file = await client.GetAsync($"/exports/{id}/file", Token);
        var made = await file.Content.ReadAsStringAsync(Token);
        Assert.Equal(WithoutTime(live), WithoutTime(made));
        Assert.NotEmpty(JsonNode.Parse(made)!["conversations"]!.AsArray());
        var row = await RowAsync(id);
        Assert.Equal(
            ($"activity-alpha-main-{DateTime.UtcNow:yyyy-MM}-01-{DateTime.UtcNow:yyyy-MM}-28.json", row.Bytes, $"\"{row.Sha256}\""),
            (file.Content.Headers.ContentDisposition?.FileNameStar, file.Content.Headers.ContentLength, file.Headers.ETag?.Tag));
        Assert.Equal(JsonNode.Parse(made)!["conversations"]!.AsArray().Count, row.Rows);
    }

    [Theory]
    [InlineData("admin@alpha.example", "from=2026-01-01&to=2026-03-31", HttpStatusCode.BadRequest)]
    [InlineData("admin@alpha.example", "user=nobody&from=2026-01-01&to=2026-01-02", HttpStatusCode.BadRequest)]
    [InlineData("admin@alpha.example", "", HttpStatusCode.BadRequest)]
    [InlineData("wsadmin@alpha.example", Month, HttpStatusCode.Forbidden)]
    [InlineData("admin@beta.example", Month, HttpStatusCode.NotFound)]
    public async Task What_cannot_be_downloaded_cannot_be_queued(string email, string query, HttpStatusCode expected)
    {
        using var client = await _app.SignInAsync(email);

        using var answer = await client.PostFormAsync($"/w/alpha-main/activity/export.json?{query}");
        using var forged = await client.PostAsync($"/w/alpha-main/activity/export.json?{Month}", null, Token);

        Assert.Equal(expected, answer.StatusCode);
        Assert.False(forged.IsSuccessStatusCode);
        await using var db = await _app.ContextAsync();
        Assert.Equal(0, await db.Exports.CountAsync(Token));
    }

    [Fact]
    public async Task A_key_queues_nothing()
    {
        using var client = _app.ClientWith((await _app.MakeKeyAsync(ApiScopes.ActivityExport)).Text);

        using var live = await client.GetAsync($"/w/alpha-main/activity/export.json?{Month}", Token);
        using var queued = await client.PostAsync($"/w/alpha-main/activity/export.json?{Month}", null, Token);

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.Forbidden), (live.StatusCode, queued.StatusCode));
    }

    [Fact]
    public async Task Only_accounts_queue_exports()
    {
        await using var db = await _app.ContextAsync();
        var workspace = await db.Workspaces.FirstAsync(Token);
        var start = SomeExports.Csv(
            await db.Organizations.SingleAsync(o => o.Id == workspace.OrganizationId, Token), workspace, SomeExports.Rows(1)).Start;

        foreach (var actor in new[] { Actor.Command, new Actor("key", null, "night", null) { ApiKeyId = 1 } })
        {
            Assert.Throws<ArgumentException>(
                () => _app.Services.GetRequiredService<QueuedExports>().Add(start with { Actor = actor }, "a.csv"));
        }
    }

    [Fact]
    public async Task Org_analytics_is_made_again_as_it_was()
    {
        using var client = await _app.SignInAsync("admin@alpha.example");
        using var first = await client.GetAsync(
            "/o/alpha/analytics/export.zip?from=2026-01&to=2026-02&workspace=alpha-lab", Token);
        var id = first.Headers.GetValues("X-Export-Id").Single();

        using var again = await client.PostFormAsync($"/exports/{id}/again");

        var made = await WaitForAsync(again.Headers.GetValues("X-Export-Id").Single(), ExportState.Finished);
        var before = await RowAsync(id);
        Assert.Equal(
            (before.Sha256, before.Parameters, before.DownloadName, ExportOrigin.Background),
            (made.Sha256, made.Parameters, made.DownloadName, made.Origin));
    }

    [Fact]
    public async Task A_usage_export_is_made_again_as_it_was()
    {
        await BrowserFixture.ImportAsync(_app, "alpha-main");
        var (organization, workspace) = await _app.WorkspaceAsync("alpha-main");
        var month = DateOnly.FromDateTime(DateTime.UtcNow).AddMonths(-1);
        var first = new DateOnly(month.Year, month.Month, 1);
        var usage = new UsageRequest(
            UsageDataType.Users,
            UsagePeriod.Of(new DateRange(first, first.AddDays(27)), TimeZoneInfo.FindSystemTimeZoneById("America/New_York")),
            IsExtended: true, IncludesInactive: false);
        var made = await _app.Services.GetRequiredService<ExportFiles>().MakeAsync(
            _app.Services.GetRequiredService<UsageExport>().Prepare(
                _app.Services.GetRequiredService<UsageQuery>().ScopeOf(organization, workspace), usage, "csv",
                ExportOrigin.Command, Actor.Command, out _)!, Token);
        using var client = await _app.SignInAsync("wsadmin@alpha.example");

        using var again = await client.PostFormAsync($"/exports/{made.Id}/again");

        var row = await WaitForAsync(again.Headers.GetValues("X-Export-Id").Single(), ExportState.Finished);
        Assert.Equal((made.Sha256, (await RowAsync(made.Id)).Parameters), (row.Sha256, row.Parameters));
        Assert.True(row.Rows > 0);
    }

    [Fact]
    public async Task A_live_download_that_somebody_cancels_breaks()
    {
        await using var app = await UsageAdminApp.StartWithAsync(MapHeldDownload);
        using var client = await app.SignInAsync("admin@alpha.example");
        using var answer = await client.GetAsync(
            "/test/alpha-main/live", HttpCompletionOption.ResponseHeadersRead, Token);
        var id = answer.Headers.GetValues("X-Export-Id").Single();

        using var cancelled = await client.PostFormAsync($"/exports/{id}/cancel");

        await Assert.ThrowsAnyAsync<Exception>(() => answer.Content.ReadAsByteArrayAsync(Token));
        var row = await Eventually.ReadAsync(
            async () =>
            {
                await using var db = await app.ContextAsync();
                return await db.Exports.SingleAsync(e => e.PublicId == id, Token);
            },
            row => row.State != ExportState.Running);
        Assert.Equal(ExportState.Cancelled, row.State);
    }

    [Fact]
    public async Task What_ran_when_the_server_died_is_interrupted_and_what_waited_goes_on()
    {
        await _app.DisposeAsync();
        _app = await UsageAdminApp.StartWithServicesAsync(_held.AddTo, "--Exports:MaxJobsPerOrganization=1");
        _app.Services.GetRequiredService<JobService>().Grace = TimeSpan.Zero;
        await BrowserFixture.ImportAsync(_app, "alpha-main");
        var held = (await QueueAsync("alpha-main", 1))[0];
        await WaitForAsync(held, ExportState.Running);
        var (first, second) = (await PrepareAsync(), await PrepareAsync());
        Rows.HoldEndOfExports(_app.OpenDatabase());

        await _app.StopAsync();
        await using (var server = UsageAdminProcess.Start(
            [.. _app.WhereItIs, "--Urls", "http://127.0.0.1:0", "--Exports:MaxJobsPerOrganization", "1"]))
        {
            await Eventually.ReadAsync(() => Task.FromResult(StateOf(first)), state => state == ExportState.Running);
            Assert.Equal((ExportState.Interrupted, ExportState.Queued), (StateOf(held), StateOf(second)));
            await server.KillAsync();
        }

        Rows.LetExportsEnd(_app.OpenDatabase());
        await _app.StartAgainAsync();
        await WaitForAsync(first, ExportState.Interrupted);
        await WaitForAsync(second, ExportState.Finished);
        Assert.Empty(Files(first));
        using var client = await _app.SignInAsync("admin@alpha.example");

        using var again = await client.PostFormAsync($"/exports/{first}/again", "text/html");

        Assert.Equal("/w/alpha-main/exports", again.Headers.Location?.ToString());
        var made = await Eventually.ReadAsync(
            async () =>
            {
                await using var db = await _app.ContextAsync();
                return await db.Exports.OrderBy(e => e.Id).LastAsync(Token);
            },
            export => export.State == ExportState.Finished);
        Assert.Equal((await RowAsync(second)).Rows, made.Rows);
    }

    private static void MapHeldDownload(WebApplication app) => app.MapGet(
        "/test/{workspaceId}/live", (HttpContext http, LiveDownload downloads) =>
        {
            var (organization, workspace) = http.GrantedWorkspace();
            return downloads.SendAsync(
                http, SomeExports.Csv(organization, workspace, SomeExports.Rows(1), "activity", actor: http.Actor()).Start,
                "a.json", ContentTypes.Json, async (pipe, cancellationToken) =>
                {
                    await pipe.WriteAsync("[1,"u8.ToArray(), cancellationToken);
                    await Task.Delay(Timeout.Infinite, cancellationToken);
                    return (0, 0);
                });
        }).RequireRight(Right.ExportActivity);

    private static string WithoutTime(string json) =>
        System.Text.RegularExpressions.Regex.Replace(json, "\"exportedAt\":\"[^\"]*\"", "");

    private async Task<string[]> QueueAsync(string workspace, int count)
    {
        var ids = new List<string>();
        for (var i = 0; i < count; i++)
        {
            ids.Add((await HeldJobs.QueueAsync(_app, workspace))!);
        }

        return [.. ids];
    }

    private async Task<string> PrepareAsync()
    {
        using var client = await _app.SignInAsync("admin@alpha.example");
        using var queued = await client.PostFormAsync(
            $"/w/alpha-main/activity/export.json?from={DateTime.UtcNow:yyyy-MM}-01&to={DateTime.UtcNow:yyyy-MM}-28");
        return queued.Headers.GetValues("X-Export-Id").Single();
    }

    private async Task RevokeAsync()
    {
        await using var db = await _app.ContextAsync();
        await db.AccountGrants.ExecuteDeleteAsync(Token);
    }

    private Task<Export> WaitForAsync(string id, ExportState state) => Eventually.ReadAsync(
        () => RowAsync(id),
        row =>
        {
            Assert.True(row.State == state || row.State <= ExportState.Running, $"{row.State} instead of {state}");
            return row.State == state;
        });

    private async Task<Export> RowAsync(string id)
    {
        await using var db = await _app.ContextAsync();
        return await db.Exports.SingleAsync(e => e.PublicId == id, Token);
    }

    private async Task<int> CountAsync(ExportState state)
    {
        await using var db = await _app.ContextAsync();
        return await db.Exports.CountAsync(e => e.State == state, Token);
    }

    private async Task<string[]> AuditAsync(string id)
    {
        await using var db = await _app.ContextAsync();
        return await db.AuditEvents.Where(e => e.Target == id).OrderBy(e => e.No)
            .Select(e => e.ActorName + " " + e.Action).ToArrayAsync(Token);
    }

    private string[] Files(string id) => Directory.GetFiles(Path.Combine(_app.DataDirectory, "exports"), $"{id}*");

    /// <summary>Without the server.</summary>
    private ExportState StateOf(string id) =>
        (ExportState)long.Parse(Assert.Single(Rows.Of(_app.OpenDatabase(), $"SELECT state FROM export WHERE public_id = '{id}'")), CultureInfo.InvariantCulture);

    private void Execute(string sql) => Rows.Execute(_app.OpenDatabase(), sql);
}
