using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using UsageAdmin.Data.Schema;
using UsageAdmin.Exports;
using UsageAdmin.Tests.Support;

namespace UsageAdmin.Tests.Exports;

public sealed class ExportSweepTests : IAsyncLifetime
{
    private UsageAdminApp _app = null!;
    private FakeTime _time = null!;
    private ExportSweep _sweep = null!;
    private Organization _organization = null!;

    public async ValueTask InitializeAsync()
    {
        _app = await UsageAdminApp.StartAsync();
        _time = new FakeTime(DateTimeOffset.UtcNow);
        _sweep = ActivatorUtilities.CreateInstance<ExportSweep>(_app.Services, _time);
        await using var db = await _app.ContextAsync();
        _organization = await db.Organizations.SingleAsync(o => o.PublicId == "alpha", TestContext.Current.CancellationToken);
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    [Fact]
    public async Task A_file_is_deleted_when_it_expires_and_its_row_stays()
    {
        var file = await MakeAsync();

        _time.Advance(TimeSpan.FromDays(6.9));
        await SweepAsync();
        Assert.True(File.Exists(file.Path));
        Assert.NotNull((await RowAsync(file.Id)).FileName);

        _time.Advance(TimeSpan.FromDays(0.2));
        await SweepAsync();
        Assert.False(File.Exists(file.Path));
        var row = await RowAsync(file.Id);
        Assert.Equal((ExportState.Finished, null, file.Sha256), (row.State, row.FileName, row.Sha256));
        await using var db = await _app.ContextAsync();
        Assert.Equal(1, await db.AuditEvents.CountAsync(
            e => e.Target == file.Id && e.Action == "export.expired" && e.Actor == "server", TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Files_that_no_finished_export_owns_are_deleted()
    {
        var file = await MakeAsync();
        var finished = await RowAsync(file.Id);
        string[] strays = ["0123456789ab.csv", "0123456789ab.csv.partial", $"{finished.PublicId}.csv.partial", "readme"];
        foreach (var stray in strays)
        {
            await File.WriteAllTextAsync(InExports(stray), "half a li", TestContext.Current.CancellationToken);
        }

        await SweepAsync();

        Assert.Equal([file.Path], Directory.GetFiles(InExports("")));
    }

    [Fact]
    public async Task A_running_export_and_its_file_are_left_alone()
    {
        var running = Log.Start(Start());
        await File.WriteAllTextAsync(InExports($"{running.PublicId}.csv.partial"), "so far", TestContext.Current.CancellationToken);

        await SweepAsync();

        Assert.Equal(ExportState.Running, (await RowAsync(running.PublicId)).State);
        Assert.True(File.Exists(InExports($"{running.PublicId}.csv.partial")));
        running.Stop(new IOException(), wasCancelled: false);
    }

    [Fact]
    public async Task A_server_that_was_killed_leaves_no_file_and_no_export_that_says_running()
    {
        var running = Log.Start(Start());
        var half = InExports($"{running.PublicId}.csv.partial");
        await File.WriteAllTextAsync(half, "so far", TestContext.Current.CancellationToken);
        var spilled = Path.Combine(_app.DataDirectory, "tmp", "0.tmp");
        await File.WriteAllTextAsync(spilled, "so far", TestContext.Current.CancellationToken);
        Free(running.PublicId);

        await _app.RestartAsync();

        Assert.Equal(ExportState.Interrupted, (await RowAsync(running.PublicId)).State);
        Assert.False(File.Exists(half));
        Assert.False(File.Exists(spilled));
        await using var db = await _app.ContextAsync();
        var last = await db.AuditEvents.OrderBy(e => e.No)
            .LastAsync(e => e.Target == running.PublicId, TestContext.Current.CancellationToken);
        Assert.Equal(("export.interrupted", "server"), (last.Action, last.Actor));
    }

    [Fact]
    public async Task A_server_starts_although_what_was_killed_cannot_be_marked_yet()
    {
        var running = Log.Start(Start());
        Free(running.PublicId);
        Rows.Refuse(_app.OpenDatabase(), "audit_event");

        await _app.RestartAsync();

        Assert.Equal(ExportState.Running, (await RowAsync(running.PublicId)).State);
        Rows.Accept(_app.OpenDatabase(), "audit_event");
        await _app.RestartAsync();
        Assert.Equal(ExportState.Interrupted, (await RowAsync(running.PublicId)).State);
    }

    [Fact]
    public async Task A_file_that_has_expired_goes_although_another_export_cannot_be_marked()
    {
        var file = await MakeAsync();
        var running = Log.Start(Start());
        File.Delete(Log.LockOf(running.PublicId));
        Directory.CreateDirectory(Log.LockOf(running.PublicId));
        _time.Advance(TimeSpan.FromDays(8));

        await Assert.ThrowsAsync<UnauthorizedAccessException>(SweepAsync);

        Assert.False(File.Exists(file.Path));
        Directory.Delete(Log.LockOf(running.PublicId));
        running.Stop(new IOException(), wasCancelled: false);
    }

    [Fact]
    public async Task A_command_that_was_killed_leaves_no_file_and_no_export_that_says_running()
    {
        // Holds the command when it writes down that it has finished, where others still see it running.
        Rows.HoldEndOfExports(_app.OpenDatabase());

        var path = Path.Combine(_app.DataDirectory, "activity.json");
        await using var command = UsageAdminProcess.Start(
        [
            "export", "activity", "--workspace", "alpha-main", "--from", "2026-01-01", "--to", "2026-01-31", "--out", path,
            .. _app.WhereItIs,
        ]);
        var running = await RunningAsync();
        await SweepAsync();
        Assert.Equal(ExportState.Running, (await RowAsync(running)).State);

        await command.KillAsync();
        var partial = AtomicFile.PartialOf(path, running);
        await File.WriteAllTextAsync(partial, "so far", TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(path + ".partial", "a file of somebody else", TestContext.Current.CancellationToken);
        await SweepAsync();

        var row = await RowAsync(running);
        Assert.Equal((ExportState.Interrupted, ExportOrigin.Command), (row.State, row.Origin));
        Assert.False(File.Exists(partial));
        Assert.True(File.Exists(path + ".partial"));
        Assert.Empty(Directory.GetFiles(Path.Combine(_app.DataDirectory, "tmp")));
    }

    [Fact]
    public async Task The_unfinished_file_of_a_dead_owner_is_spared_while_somebody_else_writes_it()
    {
        var path = Path.Combine(_app.DataDirectory, "activity.json");
        var running = Log.Start(Start(), path: path);
        var partial = AtomicFile.PartialOf(path, running.PublicId);
        Free(running.PublicId, partial);
        await using (new FileStream(partial, FileMode.Create, FileAccess.Write, FileShare.None))
        {
            await SweepAsync();

            Assert.True(File.Exists(partial));
            Assert.Equal(ExportState.Interrupted, (await RowAsync(running.PublicId)).State);
        }
    }

    [Fact]
    public async Task A_lock_that_nobody_holds_is_deleted_once_it_is_no_new_one()
    {
        var stale = Path.Combine(_app.DataDirectory, "tmp", "0.lock");
        await File.WriteAllTextAsync(stale, "", TestContext.Current.CancellationToken);
        using var held = OwnerLock.Take(Path.Combine(_app.DataDirectory, "tmp", "1.lock"), null);

        await SweepAsync();
        Assert.True(File.Exists(stale));

        _time.Advance(TimeSpan.FromMinutes(2));
        await SweepAsync();
        Assert.Equal(["1.lock"], Directory.GetFiles(Path.Combine(_app.DataDirectory, "tmp")).Select(Path.GetFileName));
    }

    [Fact]
    public async Task A_lock_names_nothing_but_unfinished_files()
    {
        var precious = Path.Combine(_app.DataDirectory, "precious.txt");
        await File.WriteAllTextAsync(precious, "", TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(
            Path.Combine(_app.DataDirectory, "tmp", "0.lock"), precious, TestContext.Current.CancellationToken);
        _time.Advance(TimeSpan.FromMinutes(2));

        await SweepAsync();

        Assert.True(File.Exists(precious));
        Assert.Empty(Directory.GetFiles(Path.Combine(_app.DataDirectory, "tmp")));
    }

    private ExportLog Log => _app.Services.GetRequiredService<ExportLog>();

    private ExportStart Start() => SomeExports.Csv(_organization, null, SomeExports.Rows(1), "org-analytics").Start;

    private async Task<ExportFile> MakeAsync() => await _app.Services.GetRequiredService<ExportFiles>().MakeAsync(
        SomeExports.Csv(_organization, null, SomeExports.Rows(10), "org-analytics"), TestContext.Current.CancellationToken);

    private Task SweepAsync() => _sweep.RunAsync(TestContext.Current.CancellationToken);

    private string InExports(string name) => Path.Combine(_app.DataDirectory, "exports", name);

    /// <summary>The lock as a killed process leaves it: a file that nobody holds.</summary>
    private void Free(string exportId, string partial = "")
    {
        var path = Log.LockOf(exportId);
        File.Delete(path);
        File.WriteAllText(path, partial);
    }

    /// <summary>The id of the one export that runs, once there is one.</summary>
    private async Task<string> RunningAsync() =>
        (await Eventually.ReadAsync(
            async () =>
            {
                await using var db = await _app.ContextAsync();
                return await db.Exports.SingleOrDefaultAsync(TestContext.Current.CancellationToken);
            },
            export => export is not null))!.PublicId;

    private async Task<Export> RowAsync(string exportId)
    {
        await using var db = await _app.ContextAsync();
        return await db.Exports.SingleAsync(e => e.PublicId == exportId, TestContext.Current.CancellationToken);
    }
}
