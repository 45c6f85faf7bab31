using System.Data.Common;
using System.Globalization;

namespace UsageAdmin.Benchmarks;

/// <param name="Conversations">About nine messages each.</param>
/// <param name="Runs">Counted runs of each side, after one that is not.</param>
/// <param name="Data">Filled on first use, used as it is afterwards.</param>
/// <param name="PostgreSql">The connection string of a database to use instead of a file; likewise filled on first use.</param>
internal sealed record BenchmarkOptions(int Conversations, int Runs, string Data, string? PostgreSql = null)
{
    public string DatabaseFile => Path.Combine(Data, "usageadmin.db");

    /// <summary>What tells the program under test where its data is.</summary>
    public string[] Settings => PostgreSql is null
        ? [$"--DataDirectory={Data}"]
        : [$"--DataDirectory={Data}", "--Database:Provider=PostgreSQL", $"--ConnectionStrings:UsageAdmin={PostgreSql}"];

    /// <summary>The same for <c>psql</c>.</summary>
    public string PsqlConnection
    {
        get
        {
            var settings = new DbConnectionStringBuilder { ConnectionString = PostgreSql };
            var names = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase)
            {
                ["Host"] = "host",
                ["Port"] = "port",
                ["Database"] = "dbname",
                ["Username"] = "user",
                ["Password"] = "password",
            };
            return string.Join(' ', settings.Keys!.Cast<string>().Where(names.ContainsKey)
                .Select(key => $"{names[key]}='{settings[key]}'"));
        }
    }

    /// <param name="conversations">How many where nothing is said; likewise <paramref name="folder"/>, below the temporary one.</param>
    /// <exception cref="ArgumentException">An option is unknown or lacks its value.</exception>
    public static BenchmarkOptions Parse(string[] arguments, int conversations, string folder)
    {
        var options = new BenchmarkOptions(conversations, 7, Path.Combine(Path.GetTempPath(), folder));
        foreach (var pair in arguments.Chunk(2))
        {
            options = pair switch
            {
                ["--conversations", var n] => options with { Conversations = int.Parse(n, CultureInfo.InvariantCulture) },
                ["--runs", var n] => options with { Runs = int.Parse(n, CultureInfo.InvariantCulture) },
                ["--postgresql", var connection] => options with { PostgreSql = connection },
                ["--data", var path] => options with { Data = Path.GetFullPath(path) },
                _ => throw new ArgumentException($"{string.Join(' ', pair)} is no option with its value."),
            };
        }

        return options;
    }
}
