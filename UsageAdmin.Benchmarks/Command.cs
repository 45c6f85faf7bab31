using System.Diagnostics;
using System.Globalization;

namespace UsageAdmin.Benchmarks;

/// <summary>Runs other programs and times them as whole processes.</summary>
internal static class Command
{
    /// <summary>The program under test, as it was built beside this one.</summary>
    public static string Program { get; } = Path.Combine(AppContext.BaseDirectory, "UsageAdmin.dll");

    public static Process Start(string file, params string[] arguments) =>
        Process.Start(new ProcessStartInfo(file, arguments) { RedirectStandardOutput = true })!;

    /// <returns>Wall time and what it printed.</returns>
    /// <exception cref="InvalidOperationException">It ended with another exit code than 0.</exception>
    public static async Task<(TimeSpan Time, string Output)> RunAsync(string file, params string[] arguments)
    {
        var started = Stopwatch.GetTimestamp();
        using var process = Start(file, arguments);
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        var time = Stopwatch.GetElapsedTime(started);
        return process.ExitCode == 0
            ? (time, output)
            : throw new InvalidOperationException(string.Create(
                CultureInfo.InvariantCulture, $"{file} {string.Join(' ', arguments)} ended with {process.ExitCode}."));
    }
}
