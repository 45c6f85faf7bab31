using System.Globalization;

namespace UsageAdmin.Benchmarks;

/// <summary>One organisation with one workspace of generated activity, made on first use.</summary>
internal static class BenchmarkData
{
    public const string Email = "benchmark@example.com";
    public const string Password = "benchmark-password-1";

    public static async Task FillAsync(BenchmarkOptions options, string from, string to, int users = 200, int apps = 12)
    {
        if (File.Exists(Path.Combine(options.Data, "usageadmin.db")))
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
            await Command.RunAsync("dotnet", [Command.Program, .. command, $"--DataDirectory={options.Data}"]);
        }
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
