using System.Globalization;

namespace UsageAdmin.Benchmarks;

/// <summary>A download by curl, timed by it.</summary>
internal static class Download
{
    public static async Task<(double Seconds, double FirstByte, long Bytes)> RunAsync(
        string url, string cookie, string target)
    {
        var (_, output) = await Command.RunAsync(
            "curl", "--silent", "--show-error", "--fail", "--output", target, "--header", $"Cookie: {cookie}",
            "--write-out", "%{time_total} %{time_starttransfer} %{size_download}", url);
        var figures = output.Split(' ').Select(f => double.Parse(f, CultureInfo.InvariantCulture)).ToArray();
        return (figures[0], figures[1], (long)figures[2]);
    }
}
