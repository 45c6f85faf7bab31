using System.Globalization;

namespace UsageAdmin.Benchmarks;

/// <summary>
/// The <c>duckdb</c> program with the same raw rows in a file of its own, where it is on the PATH. They are copied once, as
/// CSV, which is not timed.
/// </summary>
internal sealed class DuckDb
{
    private static readonly (string Table, string Columns, string Where)[] Tables =
    [
        ("message", "conversation_created_at, conversation_no, seq, created_at, source, marks, model_id", "workspace_id = 1"),
        ("conversation", "created_at, no, user_id, app_id, project_id, model_id", "workspace_id = 1"),
        ("action_use", "user_id, conversation_no, seq, action_name_id", "workspace_id = 1"),
        ("action_name", "id, name", "true"),
        ("app", "id, category", "true"),
        ("usage_user", "id, public_id, name, email", "true"),
    ];

    private readonly string _file;
    private readonly string _sql;
    private readonly List<double> _seconds = [];

    private DuckDb(string file, string sql) => (_file, _sql) = (file, sql);

    /// <summary>Copies the rows if need be, and runs the SQL once. Null: the program is not there.</summary>
    public static async Task<DuckDb?> OpenAsync(BenchmarkOptions options, string sql)
    {
        var places = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator);
        if (!places.Any(place => File.Exists(Path.Combine(place, "duckdb"))))
        {
            return null;
        }

        var duckDb = new DuckDb(Path.Combine(options.Data, "benchmark.duckdb"), sql);
        if (!File.Exists(duckDb._file))
        {
            await duckDb.CopyAsync(options);
        }

        await duckDb.RunAsync();
        duckDb._seconds.Clear();
        return duckDb;
    }

    public async Task RunAsync() => _seconds.Add((await Command.RunAsync("duckdb", _file, "-csv", "-c", _sql)).Time.TotalSeconds);

    /// <summary>Its rows of a table, each behind a line end; none where it is null.</summary>
    public static string Rows(DuckDb? duckDb, List<double> ours) => duckDb is null ? "" : string.Create(CultureInfo.InvariantCulture, $"""

        | duckdb, the same over messages, s | {Figures.Row(duckDb._seconds)} |
        | **ratio to duckdb, pair by pair** | {Figures.Row([.. ours.Zip(duckDb._seconds, (a, b) => a / b)])} |
        """);

    private async Task CopyAsync(BenchmarkOptions options)
    {
        var (partial, csv) = (_file + ".partial", _file + ".csv");
        File.Delete(partial);
        foreach (var (table, columns, where) in Tables)
        {
            await Command.RunAsync(
                "sh", "-c", $"exec sqlite3 -csv -header '{options.DatabaseFile}' 'SELECT {columns} FROM {table} WHERE {where}' > '{csv}'");
            await Command.RunAsync(
                "duckdb", partial, "-c", $"CREATE TABLE {table} AS SELECT * FROM read_csv('{csv}', header = true, sample_size = -1)");
        }

        File.Delete(csv);
        File.Move(partial, _file);
    }
}
