using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using UsageAdmin.Data.Schema;
using UsageAdmin.Exports;
using UsageAdmin.Tests.Support;

namespace UsageAdmin.Tests.Exports;

public sealed class ExportFilesTests : IAsyncLifetime
{
    private static readonly DateTimeOffset Now = new(2026, 11, 22, 8, 0, 0, TimeSpan.Zero);

    private readonly FakeTime _time = new(Now);
    private TestDatabase _test = null!;

    public async ValueTask InitializeAsync() => _test = await TestDatabase.CreateAsync();

    public ValueTask DisposeAsync() => _test.DisposeAsync();

    [Fact]
    public async Task A_finished_export_is_a_whole_file_and_a_row_that_describes_it()
    {
        var file = await MakeAsync(SomeExports.Rows(50_000));

        var expected = SomeExports.BytesOf(50_000);
        var hash = Convert.ToHexStringLower(SHA256.HashData(expected));
        Assert.Equal(expected, await File.ReadAllBytesAsync(file.Path, TestContext.Current.CancellationToken));
        Assert.Equal((expected.Length, hash, "users-usage-2026-01-01.csv"), (file.Bytes, file.Sha256, file.DownloadName));
        Assert.Equal([file.Path], Files());
        var row = await RowAsync();
        Assert.Equal(
            (ExportState.Finished, 50_000, expected.Length, hash, $"{row.PublicId}.csv", file.DownloadName),
            (row.State, row.Rows, row.Bytes, row.Sha256, row.FileName, row.DownloadName));
        Assert.Equal("""{"sum":1249975000}""", row.Totals);
        Assert.Equal(Now.UtcDateTime.AddDays(7), row.ExpiresAtUtc);
    }

    [Fact]
    public async Task It_is_in_history_and_audit_log_before_it_is_made_and_at_its_end()
    {
        var file = await MakeAsync((stream, cancellationToken) =>
        {
            using var db = _test.Context();
            Assert.Equal((ExportState.Running, null), (db.Exports.Single().State, db.Exports.Single().FileName));
            Assert.Equal("export.started", db.AuditEvents.Single().Action);
            return SomeExports.Rows(3)(stream, cancellationToken);
        });

        await using var db = _test.Context();
        var events = await db.AuditEvents.OrderBy(e => e.No).ToListAsync(TestContext.Current.CancellationToken);
        Assert.Equal(["export.started", "export.finished"], events.Select(e => e.Action));
        Assert.All(events, e => Assert.Equal(file.Id, e.Target));
        Assert.Contains($"\"rows\":3,\"bytes\":{file.Bytes},\"sha256\":\"{file.Sha256}\"", events[1].Details, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_same_content_has_the_same_hash()
    {
        Assert.Equal((await MakeAsync(SomeExports.Rows(5000))).Sha256, (await MakeAsync(SomeExports.Rows(5000))).Sha256);
        Assert.Equal(2, Files().Length);
    }

    [Fact]
    public async Task Nobody_but_the_owner_reads_the_folder()
    {
        await MakeAsync(SomeExports.Rows(1));

        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(
                UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute,
                File.GetUnixFileMode(_test.Directory.Exports));
        }
    }

    [Fact]
    public async Task A_failed_export_leaves_nothing_but_its_row()
    {
        await Assert.ThrowsAsync<IOException>(() => MakeAsync(SomeExports.UntilTheyFail));

        Assert.Empty(Files());
        var row = await RowAsync();
        Assert.Equal((ExportState.Failed, "error", null), (row.State, row.Failure, row.FileName));
        Assert.Equal("export.failed", await LastActionAsync());
    }

    [Fact]
    public async Task A_full_disk_is_named_as_the_reason()
    {
        Assert.SkipUnless(File.Exists("/dev/full"), "Linux has a device that is always full.");

        await Assert.ThrowsAsync<IOException>(() => MakeAsync(SomeExports.UntilTheDiskIsFull));

        Assert.Empty(Files());
        Assert.Equal("disk-full", (await RowAsync()).Failure);
    }

    [Fact]
    public async Task Work_stops_when_whoever_wanted_it_goes()
    {
        using var gone = new CancellationTokenSource();

        await Assert.ThrowsAsync<OperationCanceledException>(() => MakeAsync(
            (stream, _) =>
            {
                gone.CancelAfter(20);

                // Does not look at its token.
                while (true)
                {
                    stream.Write(new byte[1000]);
                }
            },
            gone.Token));

        Assert.Empty(Files());
        var row = await RowAsync();
        Assert.Equal((ExportState.Cancelled, null), (row.State, row.Failure));
        Assert.Equal("export.cancelled", await LastActionAsync());
    }

    [Fact]
    public async Task Its_lock_is_there_while_it_runs_and_gone_after_every_end()
    {
        await MakeAsync((stream, cancellationToken) =>
        {
            Assert.Single(Locks());
            return SomeExports.Rows(3)(stream, cancellationToken);
        });
        await Assert.ThrowsAsync<IOException>(() => MakeAsync(SomeExports.UntilTheyFail));

        Assert.Empty(Locks());
    }

    private Task<ExportFile> MakeAsync(
        Func<Stream, CancellationToken, ExportedRows> write, CancellationToken? cancellationToken = null)
    {
        var files = new ExportFiles(
            SomeExports.Log(_test, _time), _test.Directory, Options.Create(new ExportOptions()), _time);
        return files.MakeAsync(
            SomeExports.Csv(_test.Organization, _test.Workspace, write),
            cancellationToken ?? TestContext.Current.CancellationToken);
    }

    private string[] Files() => Directory.GetFiles(_test.Directory.Exports);

    private string[] Locks() => Directory.GetFiles(_test.Directory.Temporary);

    private async Task<Export> RowAsync()
    {
        await using var db = _test.Context();
        return await db.Exports.SingleAsync(TestContext.Current.CancellationToken);
    }

    private async Task<string> LastActionAsync()
    {
        await using var db = _test.Context();
        return (await db.AuditEvents.OrderBy(e => e.No).LastAsync(TestContext.Current.CancellationToken)).Action;
    }
}
