using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using UsageAdmin.Data.Schema;
using UsageAdmin.Tests.Support;

namespace UsageAdmin.Tests.Accounts.Keys;

public sealed class KeyLogTests
{
    [Theory]
    [InlineData("Information", "Warning")]
    [InlineData("Trace", "Warning")]
    public async Task Neither_keys_nor_query_strings_are_logged(string level, string ofFramework)
    {
        using var log = new Lines();
        await using var app = await UsageAdminApp.StartWithAsync(
            built => built.Services.GetRequiredService<ILoggerFactory>().AddProvider(log),
            $"--Logging:LogLevel:Default={level}", $"--Logging:LogLevel:Microsoft={ofFramework}");
        var made = await app.MakeKeyAsync(ApiScopes.ActivityExport);
        var wrong = made.Text[..^4] + "AAAA";
        foreach (var key in new[] { made.Text, wrong })
        {
            using var client = app.ClientWith(key);
            using var response = await client.GetAsync(
                "/w/alpha-main/activity/export.json?from=2026-01-01&to=2026-01-31", TestContext.Current.CancellationToken);
            await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken);
        }

        Assert.Contains(log.All, line => line.Contains("wrong API key", StringComparison.Ordinal));
        Assert.DoesNotContain(log.All, line => line.Contains(made.Text[17..50], StringComparison.Ordinal));
        Assert.DoesNotContain(log.All, line => line.Contains("2026-01-31", StringComparison.Ordinal));
    }

    private sealed class Lines : ILoggerProvider, ILogger
    {
        private readonly ConcurrentQueue<string> _lines = new();

        public IEnumerable<string> All => _lines;

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception,
            Func<TState, Exception?, string> formatter) => _lines.Enqueue($"{formatter(state, exception)} {exception}");

        public void Dispose()
        {
        }
    }
}
