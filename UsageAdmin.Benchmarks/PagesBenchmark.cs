using System.Diagnostics;
using System.Globalization;

namespace UsageAdmin.Benchmarks;

/// <summary>
/// How long whole pages take over HTTP on loopback, with twelve months of data, and beside large exports; how long the
/// program takes to start; what exports side by side take of its memory.
/// </summary>
internal static class PagesBenchmark
{
    private const string From = "2025-01-01";
    private const string To = "2025-12-31";
    private const string Activity = "w/bench-main/activity";
    private const string Month = "from=2025-10-01&to=2025-10-31";
    private const string Analytics = "Org Analytics, 12 months, counted before";

    private static readonly (string Name, string Address)[] Pages =
    [
        ("Activity, 31 days", $"{Activity}?{Month}"),
        ("Activity, 31 days, page 1,000", $"{Activity}?{Month}&page=1000"),
        ("Activity, 31 days, moderated messages", $"{Activity}?{Month}&flag=moderated"),
        ("Activity, 12 months", $"{Activity}?from={From}&to={To}"),
        ("Activity, all time", Activity),
        ("Activity, all time, page 10,000", $"{Activity}?page=10000"),
        ("Activity, all time, one person", $"{Activity}?user=user-1"),
        ("Activity, all time, one app, biased messages", $"{Activity}?app=app-1&flag=biased"),
        (Analytics, $"o/bench/analytics?from={From[..7]}&to={To[..7]}"),
        ("Usage, one month", $"w/bench-main/usage?{Month}"),
    ];

    public static async Task<int> RunAsync(BenchmarkOptions options, TextWriter output)
    {
        await BenchmarkData.FillAsync(options, From, To, users: 100_000, apps: 100);
        var watch = Stopwatch.StartNew();
        await using var server = await ServerProcess.StartAsync(options);
        var ready = watch.Elapsed.TotalSeconds;
        var cookie = await server.SignInAsync(BenchmarkData.Email, BenchmarkData.Password);
        var first = (await GetAsync(Pages[0].Address)).Seconds;
        await BenchmarkData.PackedAsync(options);
        await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"""

            Ready {ready:f1} s after the start, the first page {first:f2} s later. {options.Runs} runs of each page

            | s | min | median | max |
            |---|---|---|---|
            """));
        foreach (var (name, address) in Pages)
        {
            await GetAsync(address);
            var times = new List<double>();
            for (var run = 0; run < options.Runs; run++)
            {
                times.Add((await GetAsync(address)).Seconds);
            }

            await output.WriteLineAsync($"| {name} | {Figures.Row(times)} |");
        }

        var counted = new List<double>();
        for (var run = 0; run <= options.Runs; run++)
        {
            await ImportSomethingAsync(options, run);
            counted.Add((await GetAsync(Pages.Single(page => page.Name == Analytics).Address)).Seconds);
        }

        await output.WriteLineAsync($"| Org Analytics, 12 months, after an import | {Figures.Row(counted[1..])} |");

        await ExportAsync();
        var idle = server.ResidentMegabytes();
        server.ResetPeak();
        await ExportAsync();
        var one = server.PeakMegabytes() - idle;
        server.ResetPeak();
        watch.Restart();
        await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => ExportAsync()));
        var (sixteen, sixteenTime) = (server.PeakMegabytes() - idle, watch.Elapsed.TotalSeconds);

        var beside = new List<double>();
        using var enough = new CancellationTokenSource();
        var exports = Enumerable.Range(0, 4).Select(_ => ExportAgainAsync(enough.Token)).ToList();
        for (var run = 0; run < options.Runs; run++)
        {
            foreach (var (_, address) in Pages)
            {
                beside.Add((await GetAsync(address)).Seconds);
            }
        }

        await enough.CancelAsync();
        await Task.WhenAll(exports);
        beside.Sort();
        await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"""

            These pages beside four Activity exports of 31 days: median {beside[beside.Count / 2]:f3} s, p95 {beside[beside.Count * 95 / 100]:f3} s, max {beside[^1]:f3} s.
            One such export takes {one:f0} MiB of memory beyond {idle:f0} MiB, sixteen at once {sixteen:f0} MiB; those came in {sixteenTime:f1} s.
            """));
        return 0;

        Task<(double Seconds, double FirstByte, long Bytes)> GetAsync(string address) =>
            Download.RunAsync($"{server.Address}{address}", cookie, "/dev/null");

        Task ExportAsync() => GetAsync($"{Activity}/export.json?{Month}");

        async Task ExportAgainAsync(CancellationToken enough)
        {
            while (!enough.IsCancellationRequested)
            {
                await ExportAsync();
            }
        }
    }

    /// <summary>Nothing that a page shows, but what pages have counted may be other than before.</summary>
    private static async Task ImportSomethingAsync(BenchmarkOptions options, int run)
    {
        var file = Path.Combine(options.Data, "something.ndjson");
        await File.WriteAllLinesAsync(
            file,
            [
                """{"type":"header","format":"usageadmin-ndjson","version":1,"source":"something"}""",
                string.Create(CultureInfo.InvariantCulture, $$"""{"type":"model","id":"something","provider":"{{run}}"}"""),
            ]);
        await Command.RunAsync(
            "dotnet", [Command.Program, "import", file, "--format", "ndjson", "--workspace", "bench-main", .. options.Settings]);
    }
}
