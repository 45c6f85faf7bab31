using System.Globalization;
using System.Text.Json;

namespace UsageAdmin.Benchmarks;

/// <summary>
/// The Activity export of 31 days over HTTP on loopback against <c>sqlite3 -json</c> printing the columns that the export
/// shows of the same messages. Both write to nowhere, in turn; the ratio is taken pair by pair.
/// </summary>
internal static class ActivityExportBenchmark
{
    private const string From = "2026-01-01";
    private const string To = "2026-01-31";

    public static async Task<int> RunAsync(BenchmarkOptions options, TextWriter output)
    {
        await BenchmarkData.FillAsync(options, From, To);
        await using var server = await ServerProcess.StartAsync(options.Data);
        var cookie = await server.SignInAsync(BenchmarkData.Email, BenchmarkData.Password);
        var month = $"{server.Address}w/bench-main/activity/export.json?from={From}&to={To}";
        var few = month + "&flag=biased";

        await Download.RunAsync(few, cookie, "/dev/null");
        var idle = server.ResidentMegabytes();
        server.ResetPeak();
        var fewBytes = await Download.RunAsync(few, cookie, "/dev/null");
        var fewPeak = server.PeakMegabytes();
        server.ResetPeak();
        var whole = Path.Combine(options.Data, "export.json");
        await Download.RunAsync(month, cookie, whole);
        var peak = server.PeakMegabytes();
        var (conversations, messages) = Count(whole);
        File.Delete(whole);

        await PrintMessagesAsync(options.Data);
        var ours = new List<double>();
        var theirs = new List<double>();
        var firstByte = new List<double>();
        var bytes = 0L;
        for (var run = 0; run < options.Runs; run++)
        {
            var download = await Download.RunAsync(month, cookie, "/dev/null");
            bytes = download.Bytes;
            ours.Add(download.Seconds);
            firstByte.Add(download.FirstByte);
            theirs.Add(await PrintMessagesAsync(options.Data));
        }

        var ratios = ours.Zip(theirs, (a, b) => a / b).ToList();
        await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"""

            {conversations} conversations, {messages} messages, {bytes / 1e6:f0} MB; {options.Runs} alternating runs

            | | min | median | max |
            |---|---|---|---|
            | export over HTTP, s | {Figures.Row(ours)} |
            | sqlite3 -json, messages alone, s | {Figures.Row(theirs)} |
            | **ratio, pair by pair** | {Figures.Row(ratios)} |
            | time to first byte, s | {Figures.Row(firstByte)} |

            Memory of the server: {idle:f0} MiB idle, peak {fewPeak:f0} MiB for {fewBytes.Bytes / 1e6:f1} MB, {peak:f0} MiB for the whole month.
            """));
        return 0;
    }

    private static async Task<double> PrintMessagesAsync(string data)
    {
        var (from, to) = (Milliseconds(From, 0), Milliseconds(To, 1));
        var (time, _) = await Command.RunAsync("sh", "-c", string.Create(CultureInfo.InvariantCulture,
            $"""
            exec sqlite3 -json '{Path.Combine(data, "usageadmin.db")}' "SELECT content, created_at, source, marks FROM message
            WHERE workspace_id = 1 AND conversation_created_at >= {from} AND conversation_created_at < {to} AND source <= 2
            AND marks & 768 = 0" > /dev/null
            """));
        return time.TotalSeconds;
    }

    private static long Milliseconds(string day, int plus)
    {
        var zone = TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin");
        var local = DateTime.ParseExact(day, "yyyy-MM-dd", CultureInfo.InvariantCulture).AddDays(plus);
        return new DateTimeOffset(TimeZoneInfo.ConvertTimeToUtc(local, zone)).ToUnixTimeMilliseconds();
    }

    private static (long Conversations, long Messages) Count(string path)
    {
        // One conversation a line.
        long conversations = 0, messages = 0;
        foreach (var line in File.ReadLines(path).Skip(1))
        {
            using var conversation = JsonDocument.Parse(Conversation(line));
            conversations++;
            messages += conversation.RootElement.GetProperty("messages").GetArrayLength();
        }

        return (conversations, messages);
    }

    private static string Conversation(string line) =>
        line.EndsWith(',') ? line[..^1] : line[..(line.LastIndexOf("],\"filters\"", StringComparison.Ordinal))];
}
