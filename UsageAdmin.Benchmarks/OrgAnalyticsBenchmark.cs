using System.Globalization;

namespace UsageAdmin.Benchmarks;

/// <summary>
/// The Org Analytics export of twelve months over HTTP on loopback, and the page, against the same aggregates made by the
/// <c>sqlite3</c> program with SQL over the raw messages of the same file, and by <c>duckdb</c> where it is. In turn; the
/// ratio is taken pair by pair.
/// </summary>
internal static class OrgAnalyticsBenchmark
{
    private const string From = "2025-01-01";
    private const string To = "2025-12-31";

    /// <summary>
    /// Months of Europe/Berlin as spans of milliseconds, and one pass over the messages for each of the four files: counts by
    /// month and person, by month and app, by month and category, and by month.
    /// </summary>
    private const string Sql =
        """
        CREATE TEMP TABLE m AS SELECT strftime('%Y-%m', value) month,
            unixepoch(value) * 1000 - CASE WHEN strftime('%m', value) BETWEEN '04' AND '10' THEN 7200000 ELSE 3600000 END first,
            unixepoch(value, '+1 month') * 1000 - CASE WHEN strftime('%m', value) BETWEEN '03' AND '09' THEN 7200000 ELSE 3600000 END last
            FROM json_each('["2025-01-01","2025-02-01","2025-03-01","2025-04-01","2025-05-01","2025-06-01","2025-07-01","2025-08-01","2025-09-01","2025-10-01","2025-11-01","2025-12-01"]');
        CREATE TEMP VIEW u AS SELECT m.month, c.no, c.user_id, c.app_id, g.source, g.marks, g.created_at FROM m
            JOIN message g ON g.created_at >= m.first AND g.created_at < m.last AND g.source <= 2 AND g.marks & 768 = 0
            JOIN conversation c ON c.workspace_id = g.workspace_id AND c.created_at = g.conversation_created_at AND c.no = g.conversation_no
            WHERE g.workspace_id = 1;
        SELECT month, user_id, sum(source = 0), count(DISTINCT (created_at + 3600000) / 86400000), max(created_at) FROM u GROUP BY 1, 2;
        SELECT month, app_id, count(DISTINCT user_id), count(DISTINCT no), sum(source = 0), count(*), sum(marks & 7 <> 0),
            sum(marks & 8 <> 0), sum(marks & 1), sum(marks & 2 <> 0), sum(marks & 4 <> 0), max(created_at) FROM u GROUP BY 1, 2;
        SELECT month, a.category, count(DISTINCT app_id), count(DISTINCT user_id), count(DISTINCT u.no), count(*)
            FROM u JOIN app a ON a.id = u.app_id GROUP BY 1, 2;
        SELECT month, count(DISTINCT user_id), count(DISTINCT app_id), count(DISTINCT no), sum(source = 0), count(*),
            sum(marks & 7 <> 0), sum(marks & 8 <> 0) FROM u GROUP BY 1;
        """;

    /// <summary>The same in the words of DuckDB, which joins once.</summary>
    private const string DuckDbSql =
        """
        CREATE TEMP TABLE m AS SELECT strftime(d, '%Y-%m') AS month,
            epoch_ms(d) - CASE WHEN month(d) BETWEEN 4 AND 10 THEN 7200000 ELSE 3600000 END AS first,
            epoch_ms(d + INTERVAL 1 MONTH) - CASE WHEN month(d) BETWEEN 3 AND 9 THEN 7200000 ELSE 3600000 END AS last
            FROM range(TIMESTAMP '2025-01-01', TIMESTAMP '2026-01-01', INTERVAL 1 MONTH) AS days(d);
        CREATE TEMP TABLE u AS SELECT m.month, c.no, c.user_id, c.app_id, g.source, g.marks, g.created_at FROM m
            JOIN message g ON g.created_at >= m.first AND g.created_at < m.last AND g.source <= 2 AND g.marks & 768 = 0
            JOIN conversation c ON c.created_at = g.conversation_created_at AND c.no = g.conversation_no;
        SELECT month, user_id, count(*) FILTER (source = 0), count(DISTINCT (created_at + 3600000) // 86400000), max(created_at)
            FROM u GROUP BY 1, 2;
        SELECT month, app_id, count(DISTINCT user_id), count(DISTINCT no), count(*) FILTER (source = 0), count(*),
            count(*) FILTER (marks & 7 <> 0), count(*) FILTER (marks & 8 <> 0), count(*) FILTER (marks & 1 <> 0),
            count(*) FILTER (marks & 2 <> 0), count(*) FILTER (marks & 4 <> 0), max(created_at) FROM u GROUP BY 1, 2;
        SELECT month, a.category, count(DISTINCT app_id), count(DISTINCT user_id), count(DISTINCT u.no), count(*)
            FROM u JOIN app a ON a.id = u.app_id GROUP BY 1, 2;
        SELECT month, count(DISTINCT user_id), count(DISTINCT app_id), count(DISTINCT no), count(*) FILTER (source = 0), count(*),
            count(*) FILTER (marks & 7 <> 0), count(*) FILTER (marks & 8 <> 0) FROM u GROUP BY 1;
        """;

    public static async Task<int> RunAsync(BenchmarkOptions options, TextWriter output)
    {
        await BenchmarkData.FillAsync(options, From, To, users: 5000, apps: 500);
        await using var server = await ServerProcess.StartAsync(options);
        var cookie = await server.SignInAsync(BenchmarkData.Email, BenchmarkData.Password);
        await BenchmarkData.PackedAsync(options);
        var export = $"{server.Address}o/bench/analytics/export.zip?from={From[..7]}&to={To[..7]}";
        var page = $"{server.Address}o/bench/analytics?from={From[..7]}&to={To[..7]}";

        for (var warm = 0; warm < 5; warm++)
        {
            await Download.RunAsync(export, cookie, "/dev/null");
            await Download.RunAsync(page, cookie, "/dev/null");
        }

        var idle = server.ResidentMegabytes();
        server.ResetPeak();
        await Download.RunAsync(export, cookie, "/dev/null");
        var peak = server.PeakMegabytes();
        await BenchmarkData.AggregateAsync(options, Sql);
        var duckDb = await DuckDb.OpenAsync(options, DuckDbSql);
        var ours = new List<double>();
        var pages = new List<double>();
        var theirs = new List<double>();
        var bytes = 0L;
        for (var run = 0; run < options.Runs; run++)
        {
            var download = await Download.RunAsync(export, cookie, "/dev/null");
            bytes = download.Bytes;
            ours.Add(download.Seconds);
            pages.Add((await Download.RunAsync(page, cookie, "/dev/null")).Seconds);
            theirs.Add(await BenchmarkData.AggregateAsync(options, Sql));
            await (duckDb?.RunAsync() ?? Task.CompletedTask);
        }

        var messages = await BenchmarkData.CountAsync(options, "SELECT sum(message_count) FROM conversation");
        await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"""

            {messages} messages of 12 months, 5000 people, 500 apps; {bytes / 1e6:f1} MB; {options.Runs} alternating runs

            | | min | median | max |
            |---|---|---|---|
            | export over HTTP, s | {Figures.Row(ours)} |
            | page over HTTP, counted before, s | {Figures.Row(pages)} |
            | sqlite3, the same aggregates over messages, s | {Figures.Row(theirs)} |
            | **ratio of the export, pair by pair** | {Figures.Row([.. ours.Zip(theirs, (a, b) => a / b)])} |{DuckDb.Rows(duckDb, ours)}

            Memory of the server: {idle:f0} MiB before, peak {peak:f0} MiB during one export.
            """));
        return 0;
    }
}
