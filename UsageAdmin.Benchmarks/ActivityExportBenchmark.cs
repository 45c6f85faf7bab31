using System.Globalization;
using System.Text.Json;

namespace UsageAdmin.Benchmarks;

/// <summary>
/// The Activity export of 31 days over HTTP on loopback against <c>sqlite3 -json</c> printing the columns that the export
/// shows of the same messages; on PostgreSQL against <c>psql</c> copying out one JSON object per conversation with them in it.
/// Both write to nowhere, in turn; the ratio is taken pair by pair.
/// </summary>
internal static class ActivityExportBenchmark
{
    private const string From = "2026-01-01";
    private const string To = "2026-01-31";

    public static async Task<int> RunAsync(BenchmarkOptions options, TextWriter output)
    {
        await BenchmarkData.FillAsync(options, From, To);
        await using var server = await ServerProcess.StartAsync(options);
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

        await PrintMessagesAsync(options);
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
            theirs.Add(await PrintMessagesAsync(options));
        }

        var ratios = ours.Zip(theirs, (a, b) => a / b).ToList();
        await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"""

            {conversations} conversations, {messages} messages, {bytes / 1e6:f0} MB; {options.Runs} alternating runs

            | | min | median | max |
            |---|---|---|---|
            | export over HTTP, s | {Figures.Row(ours)} |
            | {(options.PostgreSql is null ? "sqlite3 -json, messages alone" : "psql, COPY of nested JSON")}, s | {Figures.Row(theirs)} |
            | **ratio, pair by pair** | {Figures.Row(ratios)} |
            | time to first byte, s | {Figures.Row(firstByte)} |

            Memory of the server: {idle:f0} MiB idle, peak {fewPeak:f0} MiB for {fewBytes.Bytes / 1e6:f1} MB, {peak:f0} MiB for the whole month.
            """));
        return 0;
    }

    private static async Task<double> PrintMessagesAsync(BenchmarkOptions options)
    {
        var (time, _) = options.PostgreSql is null
            ? await Command.RunAsync("sh", "-c",
                $"""
                exec sqlite3 -json '{options.DatabaseFile}' "SELECT content, created_at, source, marks FROM message
                WHERE workspace_id = 1 AND {In("conversation_created_at")} AND source <= 2
                AND marks & 768 = 0" > /dev/null
                """)
            : await Command.RunAsync("sh", "-c",
                $"""
                exec psql "{options.PsqlConnection}" -c "COPY (
                    SELECT json_build_object('conversationId', c.external_id, 'createdAt', c.created_at, 'messages', (
                        SELECT json_agg(json_build_object(
                            'content', m.content, 'timestamp', m.created_at, 'source', m.source, 'marks', m.marks) ORDER BY m.seq)
                        FROM message m
                        WHERE m.workspace_id = 1 AND m.conversation_created_at = c.created_at AND m.conversation_no = c.no
                            AND m.source <= 2 AND m.marks & 768 = 0))
                    FROM conversation c WHERE c.workspace_id = 1 AND {In("c.created_at")}
                    ORDER BY c.created_at, c.no) TO STDOUT" > /dev/null
                """);
        return time.TotalSeconds;

        static string In(string column) => string.Create(
            CultureInfo.InvariantCulture, $"{column} >= {Milliseconds(From, 0)} AND {column} < {Milliseconds(To, 1)}");
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
