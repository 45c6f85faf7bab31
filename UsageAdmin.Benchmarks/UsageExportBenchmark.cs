using System.Globalization;

namespace UsageAdmin.Benchmarks;

/// <summary>
/// The users' usage export of the last twelve months over HTTP on loopback, against a CSV with the same counts, ranks and
/// maps made by the <c>sqlite3</c> program with SQL over the raw messages of the same file, and by <c>duckdb</c> where it is.
/// In turn; the ratio is taken pair by pair.
/// </summary>
internal static class UsageExportBenchmark
{
    private const int Users = 50_000;

    /// <summary>Of the whole year that the data covers, which is the range that is asked for.</summary>
    private const string Sql =
        """
        CREATE TEMP TABLE x AS SELECT c.user_id, c.app_id, c.project_id, coalesce(g.model_id, c.model_id, 0) model_id
            FROM message g JOIN conversation c ON c.workspace_id = g.workspace_id AND c.created_at = g.conversation_created_at
                AND c.no = g.conversation_no
            WHERE g.workspace_id = 1 AND g.source = 0 AND g.marks & 768 = 0;
        CREATE TEMP TABLE n AS SELECT user_id, count(*) total, sum(project_id IS NULL AND app_id IS NULL) chat,
            sum(project_id IS NULL AND app_id IS NOT NULL) app, sum(project_id IS NOT NULL) project FROM x GROUP BY 1;
        CREATE TEMP TABLE a AS SELECT user_id, json_group_object(app_id, k) map FROM
            (SELECT user_id, app_id, count(*) k FROM x WHERE project_id IS NULL AND app_id IS NOT NULL GROUP BY 1, 2 ORDER BY 1, 3 DESC) GROUP BY 1;
        CREATE TEMP TABLE p AS SELECT user_id, json_group_object(project_id, k) map FROM
            (SELECT user_id, project_id, count(*) k FROM x WHERE project_id IS NOT NULL GROUP BY 1, 2 ORDER BY 1, 3 DESC) GROUP BY 1;
        CREATE TEMP TABLE o AS SELECT user_id, json_group_object(model_id, k) map FROM
            (SELECT user_id, model_id, count(*) k FROM x GROUP BY 1, 2 ORDER BY 1, 3 DESC) GROUP BY 1;
        CREATE TEMP TABLE t AS SELECT user_id, json_group_object(name, k) map FROM
            (SELECT user_id, name, count(*) k FROM (SELECT DISTINCT u.user_id, u.conversation_no, u.seq, n.name FROM action_use u
                JOIN action_name n ON n.id = u.action_name_id WHERE u.workspace_id = 1) GROUP BY 1, 2 ORDER BY 1, 3 DESC) GROUP BY 1;
        SELECT u.public_id, u.name, u.email, total, rank() OVER (ORDER BY total DESC), chat, rank() OVER (ORDER BY chat DESC), app,
            rank() OVER (ORDER BY app DESC), project, rank() OVER (ORDER BY project DESC), ifnull(a.map, '{}'), ifnull(p.map, '{}'),
            ifnull(o.map, '{}'), ifnull(t.map, '{}')
            FROM usage_user u LEFT JOIN n ON n.user_id = u.id LEFT JOIN a ON a.user_id = u.id LEFT JOIN p ON p.user_id = u.id
            LEFT JOIN o ON o.user_id = u.id LEFT JOIN t ON t.user_id = u.id ORDER BY total DESC, u.public_id;
        """;

    /// <summary>The same in the words of DuckDB.</summary>
    private const string DuckDbSql =
        """
        CREATE TEMP TABLE x AS SELECT c.user_id, c.app_id, c.project_id, coalesce(g.model_id, c.model_id, 0) AS model_id
            FROM message g JOIN conversation c ON c.created_at = g.conversation_created_at AND c.no = g.conversation_no
            WHERE g.source = 0 AND g.marks & 768 = 0;
        CREATE TEMP TABLE n AS SELECT user_id, count(*) AS total, count(*) FILTER (project_id IS NULL AND app_id IS NULL) AS chat,
            count(*) FILTER (project_id IS NULL AND app_id IS NOT NULL) AS app, count(project_id) AS project FROM x GROUP BY 1;
        CREATE TEMP TABLE a AS SELECT user_id, '{' || string_agg('"' || app_id || '":' || k, ',' ORDER BY k DESC) || '}' AS map FROM
            (SELECT user_id, app_id, count(*) AS k FROM x WHERE project_id IS NULL AND app_id IS NOT NULL GROUP BY 1, 2) GROUP BY 1;
        CREATE TEMP TABLE p AS SELECT user_id, '{' || string_agg('"' || project_id || '":' || k, ',' ORDER BY k DESC) || '}' AS map FROM
            (SELECT user_id, project_id, count(*) AS k FROM x WHERE project_id IS NOT NULL GROUP BY 1, 2) GROUP BY 1;
        CREATE TEMP TABLE o AS SELECT user_id, '{' || string_agg('"' || model_id || '":' || k, ',' ORDER BY k DESC) || '}' AS map FROM
            (SELECT user_id, model_id, count(*) AS k FROM x GROUP BY 1, 2) GROUP BY 1;
        CREATE TEMP TABLE t AS SELECT user_id, '{' || string_agg('"' || name || '":' || k, ',' ORDER BY k DESC) || '}' AS map FROM
            (SELECT user_id, name, count(*) AS k FROM (SELECT DISTINCT u.user_id, u.conversation_no, u.seq, n.name FROM action_use u
                JOIN action_name n ON n.id = u.action_name_id) GROUP BY 1, 2) GROUP BY 1;
        SELECT u.public_id, u.name, u.email, total, rank() OVER (ORDER BY total DESC), chat, rank() OVER (ORDER BY chat DESC), app,
            rank() OVER (ORDER BY app DESC), project, rank() OVER (ORDER BY project DESC), ifnull(a.map, '{}'), ifnull(p.map, '{}'),
            ifnull(o.map, '{}'), ifnull(t.map, '{}')
            FROM usage_user u LEFT JOIN n ON n.user_id = u.id LEFT JOIN a ON a.user_id = u.id LEFT JOIN p ON p.user_id = u.id
            LEFT JOIN o ON o.user_id = u.id LEFT JOIN t ON t.user_id = u.id ORDER BY total DESC, u.public_id;
        """;

    public static async Task<int> RunAsync(BenchmarkOptions options, TextWriter output)
    {
        var today = DateOnly.FromDateTime(DateTime.UtcNow);
        var from = new DateOnly(today.Year, today.Month, 1).AddMonths(-11);
        await BenchmarkData.FillAsync(options, Text(from), Text(today.AddDays(-1)), Users, apps: 500);
        await using var server = await ServerProcess.StartAsync(options);
        var cookie = await server.SignInAsync(BenchmarkData.Email, BenchmarkData.Password);
        await BenchmarkData.PackedAsync(options);
        var export = $"{server.Address}w/bench-main/usage/export/users.csv?range=last-12-months";
        for (var warm = 0; warm < 5; warm++)
        {
            await Download.RunAsync(export, cookie, "/dev/null");
        }

        var idle = server.ResidentMegabytes();
        server.ResetPeak();
        await Download.RunAsync(export, cookie, "/dev/null");
        var peak = server.PeakMegabytes();
        await BenchmarkData.AggregateAsync(options, Sql);
        var duckDb = await DuckDb.OpenAsync(options, DuckDbSql);
        var (ours, theirs, bytes) = (new List<double>(), new List<double>(), 0L);
        for (var run = 0; run < options.Runs; run++)
        {
            var download = await Download.RunAsync(export, cookie, "/dev/null");
            bytes = download.Bytes;
            ours.Add(download.Seconds);
            theirs.Add(await BenchmarkData.AggregateAsync(options, Sql));
            await (duckDb?.RunAsync() ?? Task.CompletedTask);
        }

        var messages = await BenchmarkData.CountAsync(options, "SELECT sum(message_count) FROM conversation");
        await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"""

            {messages} messages of 12 months, {Users} people, 500 assistants; {bytes / 1e6:f1} MB; {options.Runs} alternating runs

            | | min | median | max |
            |---|---|---|---|
            | users.csv over HTTP, s | {Figures.Row(ours)} |
            | sqlite3, the same counts, ranks and maps over messages, s | {Figures.Row(theirs)} |
            | **ratio, pair by pair** | {Figures.Row([.. ours.Zip(theirs, (a, b) => a / b)])} |{DuckDb.Rows(duckDb, ours)}

            Memory of the server: {idle:f0} MiB before, peak {peak:f0} MiB during one export.
            """));
        return 0;
    }

    private static string Text(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
