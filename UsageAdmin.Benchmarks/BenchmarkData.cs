using System.Globalization;

namespace UsageAdmin.Benchmarks;

/// <summary>One organisation with one workspace of generated activity, made on first use.</summary>
internal static class BenchmarkData
{
    public const string Email = "benchmark@example.com";
    public const string Password = "benchmark-password-1";

    public static async Task FillAsync(BenchmarkOptions options, string from, string to, int users = 200, int apps = 12)
    {
        if (options.PostgreSql is null ? File.Exists(options.DatabaseFile) : await HasTablesAsync(options))
        {
            return;
        }

        foreach (var command in new string[][]
        {
            ["organization", "add", "bench", "--name", "Benchmark", "--zone", "Europe/Berlin", "--exports", "on"],
            ["workspace", "add", "bench-main", "--organization", "bench", "--name", "Main"],
            ["account", "add", Email, "--organization", "bench", "--workspace", "bench-main", "--role", "org-admin", "--role", "admin", "--password", Password],
            [
                "generate", "--workspace", "bench-main", "--conversations", Text(options.Conversations), "--seed", "1",
                "--users", Text(users), "--apps", Text(apps), "--from", from, "--to", to,
            ],
        })
        {
            await Command.RunAsync("dotnet", [Command.Program, .. command, .. options.Settings]);
        }
    }

    private static async Task<bool> HasTablesAsync(BenchmarkOptions options) =>
        await CountAsync(options, "SELECT count(to_regclass('conversation'))") > 0;

    /// <summary>The server packs past days within seconds of its start.</summary>
    public static async Task PackedAsync(BenchmarkOptions options)
    {
        var today = new DateTimeOffset(DateTime.UtcNow.Date, TimeSpan.Zero).ToUnixTimeMilliseconds();
        while (await CountAsync(options, $"SELECT count(*) FROM usage_day WHERE is_packed = 0 AND day < {Text(today)}") > 0)
        {
            await Task.Delay(1000);
        }
    }

    /// <returns>Seconds that the <c>sqlite3</c> program took to print a CSV.</returns>
    public static async Task<double> AggregateAsync(BenchmarkOptions options, string sql)
    {
        var (time, _) = await Command.RunAsync("sqlite3", "-csv", options.DatabaseFile, sql);
        return time.TotalSeconds;
    }

    public static async Task<long> CountAsync(BenchmarkOptions options, string sql)
    {
        var (_, output) = options.PostgreSql is null
            ? await Command.RunAsync("sqlite3", options.DatabaseFile, sql)
            : await Command.RunAsync("psql", options.PsqlConnection, "-qAtc", sql);
        return long.Parse(output.Trim(), CultureInfo.InvariantCulture);
    }

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
