using Microsoft.Playwright;

namespace UsageAdmin.Tests.Browser;

/// <summary>The machine's Chromium. Nothing is downloaded; without one the browser tests are skipped.</summary>
internal static class Chromium
{
    private const string Variable = "CHROMIUM";

    private static readonly string[] Places =
    [
        "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome", "/snap/bin/chromium",
        "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
        @"C:\Program Files\Google\Chrome\Application\chrome.exe",
    ];

    public static string? Path { get; } =
        Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } given ? given : Places.FirstOrDefault(File.Exists);

    public static string HowToGetOne =>
        $"No Chromium was found. Install it (Debian: apt-get install chromium) or set {Variable} to its path.";

    public static Task<IBrowser> LaunchAsync(IPlaywright playwright) => playwright.Chromium.LaunchAsync(new()
    {
        ExecutablePath = Path,
        Args =
        [
            "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
            "--disable-component-update", "--disable-sync",
        ],
    });
}
