using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using UsageAdmin.Data.Schema;
using UsageAdmin.Ingest;
using UsageAdmin.Tests.Support;

namespace UsageAdmin.Tests.Usage.Api;

/// <summary>The night script of the documents, run against a real server.</summary>
public sealed class NightlyExportTests : IAsyncLifetime
{
    private static readonly string[] Needed = ["bash", "curl", "openssl", "awk", "od"];

    private readonly string _folder = Directory.CreateTempSubdirectory("nightly-").FullName;
    private UsageAdminApp _app = null!;

    private static DateOnly LastMonth
    {
        get
        {
            var today = DateOnly.FromDateTime(DateTime.UtcNow);
            return new DateOnly(today.Year, today.Month, 1).AddMonths(-1);
        }
    }

    private string File => Path.Combine(_folder, $"users-usage-{LastMonth:yyyy-MM}.csv");

    public async ValueTask InitializeAsync() => _app = await UsageAdminApp.StartAsync("--UsageExports:RequestsPerMinute=3");

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task Last_months_users_are_in_the_folder_and_the_key_is_seen_nowhere()
    {
        SkipUnlessThereIsAll();
        await ImportAsync();
        var key = (await _app.MakeKeyAsync(ApiScopes.UsageExport)).Text;
        await System.IO.File.WriteAllTextAsync(File, "of the last night", TestContext.Current.CancellationToken);

        var (exitCode, output) = await RunAsync(key);

        Assert.True(exitCode == 0, output);
        var lines = await System.IO.File.ReadAllLinesAsync(File, TestContext.Current.CancellationToken);
        Assert.Equal(2, lines.Length);
        Assert.StartsWith($"{LastMonth:yyyy-MM-dd},{LastMonth.AddMonths(1).AddDays(-1):yyyy-MM-dd},alpha-main,", lines[1], StringComparison.Ordinal);
        Assert.Equal([File], Directory.GetFileSystemEntries(_folder));
        Assert.DoesNotContain(key, output, StringComparison.Ordinal);
        Assert.DoesNotContain("/d/", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_key_can_be_in_a_file()
    {
        SkipUnlessThereIsAll();
        await ImportAsync();
        var path = Path.Combine(_app.DataDirectory, "key");
        await System.IO.File.WriteAllTextAsync(path, (await _app.MakeKeyAsync(ApiScopes.UsageExport)).Text + "\n", TestContext.Current.CancellationToken);

        var (exitCode, output) = await RunAsync(key: null, ("USAGEADMIN_KEY_FILE", path));

        Assert.True(exitCode == 0, output);
    }

    [Fact]
    public async Task Exit_codes_tell_what_to_do_and_an_older_file_stays()
    {
        SkipUnlessThereIsAll();
        await System.IO.File.WriteAllTextAsync(File, "of the last night", TestContext.Current.CancellationToken);

        Assert.Equal(2, (await RunAsync(key: null)).ExitCode);
        Assert.Equal(2, (await RunAsync("ua_live_00000000_" + new string('A', 43))).ExitCode);
        Assert.Equal(3, (await RunAsync((await _app.MakeKeyAsync(ApiScopes.UsageExport)).Text)).ExitCode);

        Assert.Equal("of the last night", await System.IO.File.ReadAllTextAsync(File, TestContext.Current.CancellationToken));
        Assert.Equal([File], Directory.GetFileSystemEntries(_folder));
    }

    [Fact]
    public async Task It_waits_as_long_as_the_server_says_and_gives_up_after_five_times()
    {
        SkipUnlessThereIsAll();
        await ImportAsync();
        var key = (await _app.MakeKeyAsync(ApiScopes.UsageExport)).Text;

        // A sleep that does not sleep, and writes down how long it should have.
        var bin = Directory.CreateDirectory(Path.Combine(_app.DataDirectory, "bin")).FullName;
        var slept = Path.Combine(bin, "slept");
        var sleep = Path.Combine(bin, "sleep");
        await System.IO.File.WriteAllTextAsync(sleep, $"#!/bin/sh\necho \"$1\" >> '{slept}'\n", TestContext.Current.CancellationToken);
        using (var chmod = Process.Start("chmod", ["+x", sleep]))
        {
            await chmod.WaitForExitAsync(TestContext.Current.CancellationToken);
        }

        for (var i = 0; i < 3; i++)
        {
            Assert.Equal(0, (await RunAsync(key)).ExitCode);
        }

        var (exitCode, output) = await RunAsync(key, ("PATH", $"{bin}:{Environment.GetEnvironmentVariable("PATH")}"));

        Assert.Equal(1, exitCode);
        Assert.Contains("429", output, StringComparison.Ordinal);
        var waits = (await System.IO.File.ReadAllLinesAsync(slept, TestContext.Current.CancellationToken))
            .Select(line => int.Parse(line, CultureInfo.InvariantCulture)).ToArray();
        Assert.Equal(4, waits.Length);
        Assert.All(waits, wait => Assert.InRange(wait, 1, 60));
    }

    private static void SkipUnlessThereIsAll()
    {
        var folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator);
        var missing = Needed.Where(tool => !folders.Any(folder => System.IO.File.Exists(Path.Combine(folder, tool))));
        Assert.SkipWhen(missing.Any(), $"The script needs {string.Join(", ", missing)}.");
    }

    private async Task ImportAsync()
    {
        var at = LastMonth.ToDateTime(new TimeOnly(12, 0), DateTimeKind.Utc);
        await _app.Services.GetRequiredService<ImportWriter>().WriteAsync(
            new ImportItem[] { Some.Conversation("c1", at, messages: [Some.Message("m1", at: at)]) }.ToAsyncEnumerable(),
            new ImportRequest("test", "test", "alpha-main"), TestContext.Current.CancellationToken);
    }

    private async Task<(int ExitCode, string Output)> RunAsync(string? key, params (string Name, string Value)[] environment)
    {
        var start = new ProcessStartInfo(
            "bash", [Path.Combine(Repository.Root, "docs", "scripts", "nightly-export.sh"), _app.BaseAddress.ToString(), _folder])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["USAGEADMIN_KEY"] = key;
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        using var process = Process.Start(start)!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken), process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken));
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, await output + await error);
    }
}
