using System.Diagnostics;
using System.Globalization;

namespace UsageAdmin.Benchmarks;

/// <summary>
/// The import of an NDJSON file into a fresh database against <c>sqlite3 .import</c> of the message and conversation rows that
/// come of it, as CSV into tables with the same keys and indexes. Both as whole processes, in turn; the ratio is taken pair by
/// pair. The import also parses, joins people, keeps feedback, actions and files, and makes the roll-ups.
/// </summary>
internal static class IngestBenchmark
{
    private const int Users = 5_000;

    private static readonly string[] Tables = ["conversation", "message"];

    public static async Task<int> RunAsync(BenchmarkOptions options, TextWriter output)
    {
        Directory.CreateDirectory(options.Data);
        var file = Path.Combine(options.Data, "activity.ndjson");
        if (!File.Exists(file))
        {
            await IngestFile.WriteAsync(file, options.Conversations, Users);
        }

        var fresh = await FreshAsync(options);
        var (_, _, data) = await ImportAsync(options, fresh, file);
        var schema = await CsvAsync(options, data);
        var messages = await BenchmarkData.CountAsync(options with { Data = data }, "SELECT count(*) FROM message");
        Directory.Delete(data, recursive: true);

        var (ours, theirs, peaks) = (new List<double>(), new List<double>(), new List<double>());
        for (var run = 0; run < options.Runs; run++)
        {
            var (seconds, peak, made) = await ImportAsync(options, fresh, file);
            Directory.Delete(made, recursive: true);
            ours.Add(seconds);
            peaks.Add(peak);
            theirs.Add(await SqliteAsync(options, schema));
        }

        await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"""

            {messages} messages, {new FileInfo(file).Length / 1e6:f0} MB of NDJSON; {options.Runs} alternating runs

            | | min | median | max |
            |---|---|---|---|
            | import, s | {Figures.Row(ours)} |
            | messages a second | {Figures.Row([.. ours.Select(s => messages / s)])} |
            | sqlite3 .import of the message and conversation rows, s | {Figures.Row(theirs)} |
            | **ratio, pair by pair** | {Figures.Row([.. ours.Zip(theirs, (a, b) => a / b)])} |

            Memory of the import: peak {peaks.Max():f0} MiB.
            """));
        return 0;
    }

    /// <summary>A data directory with a workspace and nothing in it.</summary>
    private static async Task<string> FreshAsync(BenchmarkOptions options)
    {
        var fresh = Path.Combine(options.Data, "fresh");
        if (!Directory.Exists(fresh))
        {
            foreach (var command in new string[][]
            {
                ["organization", "add", "bench", "--name", "Benchmark", "--zone", "Europe/Berlin", "--exports", "on"],
                ["workspace", "add", "bench-main", "--organization", "bench", "--name", "Main"],
            })
            {
                await Command.RunAsync("dotnet", [Command.Program, .. command, $"--DataDirectory={fresh}"]);
            }
        }

        return fresh;
    }

    private static async Task<(double Seconds, double PeakMegabytes, string Data)> ImportAsync(
        BenchmarkOptions options, string fresh, string file)
    {
        var data = Path.Combine(options.Data, "run");
        if (Directory.Exists(data))
        {
            Directory.Delete(data, recursive: true);
        }

        Directory.CreateDirectory(data);
        foreach (var from in Directory.EnumerateFiles(fresh, "usageadmin.db*"))
        {
            File.Copy(from, Path.Combine(data, Path.GetFileName(from)));
        }

        var started = Stopwatch.GetTimestamp();
        using var process = Command.Start(
            "dotnet", Command.Program, "import", file, "--format", "ndjson", "--workspace", "bench-main", $"--DataDirectory={data}");
        var printing = process.StandardOutput.ReadToEndAsync();
        var peak = 0.0;
        while (!process.HasExited)
        {
            peak = Math.Max(peak, PeakOf(process.Id));
            await Task.Delay(20);
        }

        await printing;
        await process.WaitForExitAsync();
        return process.ExitCode == 0
            ? (Stopwatch.GetElapsedTime(started).TotalSeconds, peak, data)
            : throw new InvalidOperationException($"The import ended with {process.ExitCode}.");
    }

    /// <summary>In MiB; 0 once the process has ended.</summary>
    private static double PeakOf(int id)
    {
        try
        {
            return File.ReadLines($"/proc/{id}/status").Where(line => line.StartsWith("VmHWM", StringComparison.Ordinal))
                .Select(line => double.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2], CultureInfo.InvariantCulture) / 1024)
                .FirstOrDefault();
        }
        catch (IOException)
        {
            return 0;
        }
    }

    /// <summary>Writes the rows as CSV, and returns the SQL that makes their tables and indexes.</summary>
    private static async Task<string> CsvAsync(BenchmarkOptions options, string data)
    {
        var database = Path.Combine(data, "usageadmin.db");
        foreach (var table in Tables)
        {
            var csv = Path.Combine(options.Data, table + ".csv");
            if (!File.Exists(csv))
            {
                await Command.RunAsync("sh", "-c", $"exec sqlite3 -csv '{database}' 'SELECT * FROM {table}' > '{csv}'");
            }
        }

        // Without the index of ids that were taken: it is empty here, and .import would fill it, since CSV has no NULL.
        var (_, schema) = await Command.RunAsync(
            "sqlite3", database,
            "SELECT sql || ';' FROM sqlite_master WHERE tbl_name IN ('conversation', 'message') AND sql IS NOT NULL " +
            "AND name <> 'ix_conversation_public'");
        return schema;
    }

    private static async Task<double> SqliteAsync(BenchmarkOptions options, string schema)
    {
        var database = Path.Combine(options.Data, "sqlite.db");
        foreach (var old in Directory.EnumerateFiles(options.Data, "sqlite.db*"))
        {
            File.Delete(old);
        }

        var (_, _) = await Command.RunAsync("sqlite3", database, $"PRAGMA page_size=16384; PRAGMA journal_mode=WAL; {schema}");
        var (time, _) = await Command.RunAsync(
            "sqlite3", database, "PRAGMA synchronous=NORMAL; PRAGMA cache_size=-65536",
            $".import --csv '{Path.Combine(options.Data, "conversation.csv")}' conversation",
            $".import --csv '{Path.Combine(options.Data, "message.csv")}' message");
        return time.TotalSeconds;
    }
}
