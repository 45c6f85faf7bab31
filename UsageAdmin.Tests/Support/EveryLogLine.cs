using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace UsageAdmin.Tests.Support;

/// <summary>Keeps all that loggers of a server write from now on: messages, their values, scopes, exceptions.</summary>
public sealed class EveryLogLine : ILoggerProvider, ISupportExternalScope
{
    private readonly ConcurrentQueue<string> _lines = new();
    private IExternalScopeProvider _scopes = new LoggerExternalScopeProvider();

    public IReadOnlyCollection<string> Lines => _lines;

    public ILogger CreateLogger(string categoryName) => new Logger(this, categoryName);

    public void SetScopeProvider(IExternalScopeProvider scopeProvider) => _scopes = scopeProvider;

    public void Dispose()
    {
    }

    private static string Describe(object? state) => state is IEnumerable<KeyValuePair<string, object?>> values
        ? string.Join(' ', values.Select(v => $"{v.Key}={v.Value}"))
        : $"{state}";

    private sealed class Logger(EveryLogLine log, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => log._scopes.Push(state);

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception,
            Func<TState, Exception?, string> formatter)
        {
            var scopes = new List<string>();
            log._scopes.ForEachScope((scope, list) => list.Add(Describe(scope)), scopes);
            log._lines.Enqueue(
                $"{category} {logLevel}: {formatter(state, exception)} {Describe(state)} {exception} [{string.Join("; ", scopes)}]");
        }
    }
}
