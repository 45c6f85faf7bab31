using Microsoft.EntityFrameworkCore;
using UsageAdmin.Commands;
using UsageAdmin.Data.Schema;
using UsageAdmin.Exports;
using UsageAdmin.Tests.Support;

namespace UsageAdmin.Tests.Exports;

public sealed class CommandExportTests : IAsyncLifetime
{
    private TestDatabase _test = null!;

    private string Folder => _test.Directory.Root;

    public async ValueTask InitializeAsync() => _test = await TestDatabase.CreateAsync();

    public ValueTask DisposeAsync() => _test.DisposeAsync();

    [Fact]
    public async Task A_file_goes_where_its_user_wants_it_and_into_the_history()
    {
        var path = Path.Combine(Folder, "=hostile \u202E 'name'.csv");
        await File.WriteAllTextAsync(path, "an older file", TestContext.Current.CancellationToken);

        var written = await WriteAsync(SomeExports.Rows(2000), path);

        Assert.Equal(SomeExports.BytesOf(2000), await File.ReadAllBytesAsync(path, TestContext.Current.CancellationToken));
        await using var db = _test.Context();
        var row = await db.Exports.SingleAsync(TestContext.Current.CancellationToken);
        Assert.Equal(
            (ExportState.Finished, 2000, written.Bytes, written.Sha256, null, null),
            (row.State, row.Rows, row.Bytes, row.Sha256, row.FileName, row.DownloadName));
        Assert.Empty(Directory.GetFiles(_test.Directory.Temporary));
    }

    [Fact]
    public async Task A_failure_leaves_the_older_file_as_it_was()
    {
        var path = Path.Combine(Folder, "users.csv");
        await File.WriteAllTextAsync(path, "an older file", TestContext.Current.CancellationToken);

        await Assert.ThrowsAsync<IOException>(() => WriteAsync(SomeExports.UntilTheyFail, path));

        Assert.Equal("an older file", await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken));
        Assert.Equal([path], Directory.GetFiles(Folder, "users*"));
    }

    [Fact]
    public async Task A_full_disk_is_told_in_one_line()
    {
        Assert.SkipUnless(File.Exists("/dev/full"), "Linux has a device that is always full.");
        var path = Path.Combine(Folder, "users.csv");

        var failure = await Assert.ThrowsAsync<IOException>(() => WriteAsync(SomeExports.UntilTheDiskIsFull, path));

        Assert.Equal($"There is no room left for {path}.", failure.Message);
        Assert.Empty(Directory.GetFiles(Folder, "users*"));
    }

    [Fact]
    public async Task A_file_behind_a_symbolic_link_is_replaced_and_the_link_stays()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Links need rights there.");
        var (folder, other) = (Directory.CreateDirectory(Path.Combine(Folder, "a")), Directory.CreateDirectory(Path.Combine(Folder, "b")));
        var (target, link) = (Path.Combine(other.FullName, "target.csv"), Path.Combine(folder.FullName, "link.csv"));
        File.CreateSymbolicLink(link, "../b/target.csv");

        await WriteAsync(SomeExports.Rows(1), link);
        await WriteAsync(SomeExports.Rows(2000), link);

        Assert.Equal("../b/target.csv", new FileInfo(link).LinkTarget);
        Assert.Equal(SomeExports.BytesOf(2000), await File.ReadAllBytesAsync(target, TestContext.Current.CancellationToken));
        Assert.Equal([link, target], [.. folder.GetFiles().Concat(other.GetFiles()).Select(f => f.FullName)]);
    }

    [Fact]
    public async Task A_users_own_partial_file_stays_as_it_was()
    {
        var path = Path.Combine(Folder, "users.csv");
        await File.WriteAllTextAsync(path + ".partial", "precious", TestContext.Current.CancellationToken);

        await Assert.ThrowsAsync<IOException>(() => WriteAsync(SomeExports.UntilTheyFail, path));
        await WriteAsync(SomeExports.Rows(1), path);

        Assert.Equal("precious", await File.ReadAllTextAsync(path + ".partial", TestContext.Current.CancellationToken));
        Assert.Equal([path, path + ".partial"], Directory.GetFiles(Folder, "users*").Order());
    }

    [Theory]
    [InlineData("/dev/usageadmin-test", null, "/dev/")]
    [InlineData("/proc/usageadmin-test", null, "/proc/")]
    [InlineData("link", "/dev/usageadmin-test", "/dev/")]
    [InlineData("link/usageadmin-test", "/dev", "/dev/")]
    [InlineData("link", "/sys/usageadmin-test", "/sys/")]
    public async Task A_path_where_devices_are_is_refused_in_one_line_before_the_export_starts(
        string name, string? linkedTo, string where)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "These folders are Linux's.");
        if (linkedTo is not null)
        {
            File.CreateSymbolicLink(Path.Combine(Folder, "link"), linkedTo);
        }

        var path = Path.Combine(Folder, name);
        var failure = await Assert.ThrowsAsync<IOException>(() => WriteAsync(SomeExports.Rows(1), path));

        Assert.Equal($"{path} is in {where}, which is no place for files: name another one.", failure.Message);
        Assert.False(File.Exists("/dev/usageadmin-test"));
        await using var db = _test.Context();
        Assert.Empty(await db.Exports.ToListAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Links_that_go_round_are_refused()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Links need rights there.");
        var (path, other) = (Path.Combine(Folder, "a"), Path.Combine(Folder, "b"));
        File.CreateSymbolicLink(path, other);
        File.CreateSymbolicLink(other, path);

        await Assert.ThrowsAsync<IOException>(() => WriteAsync(SomeExports.Rows(1), path));

        Assert.Equal((other, path), (new FileInfo(path).LinkTarget, new FileInfo(other).LinkTarget));
    }

    [Theory]
    [InlineData("missing/users.csv", "There is no directory {0}/missing.")]
    [InlineData("keys", "{0}/keys is a directory: name the file to write.")]
    [InlineData("new/", "{0}/new/ is a directory: name the file to write.")]
    public async Task A_path_that_cannot_be_written_is_refused_in_one_line_before_the_export_starts(string name, string line)
    {
        _ = _test.Directory.Keys;
        using var error = new StringWriter();

        var exitCode = await CommandLine.RunAsync(
            [
                "export", "activity", "--workspace", TestDatabase.WorkspacePublicId, "--from", "2026-01-01", "--to",
                "2026-01-31", "--out", $"{Folder}/{name}", .. _test.WhereItIs,
            ],
            TextWriter.Null, error, TestContext.Current.CancellationToken);

        Assert.Equal(ExitCode.Failed, exitCode);
        Assert.Equal($"UsageAdmin: {string.Format(null, line, Folder)}{Environment.NewLine}", error.ToString());
        await using var db = _test.Context();
        Assert.Empty(await db.Exports.ToListAsync(TestContext.Current.CancellationToken));
    }

    private Task<WrittenFile<ExportedRows>> WriteAsync(Func<Stream, CancellationToken, ExportedRows> write, string path) =>
        new CommandExport(SomeExports.Log(_test, TimeProvider.System))
            .WriteAsync(
                SomeExports.Csv(_test.Organization, _test.Workspace, write), path, TestContext.Current.CancellationToken);
}
