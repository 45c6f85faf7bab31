using System.CommandLine;
using Microsoft.Extensions.Options;
using UsageAdmin.Data;

namespace UsageAdmin.Commands;

/// <summary>
/// Where a command's work runs: the server's services and settings without the server, on a database whose schema is up to
/// date. Several commands, and a server, may run on one data directory.
/// </summary>
internal sealed class CommandHost
{
    /// <summary>As <c>--Key=value</c>.</summary>
    public IReadOnlyList<string> Settings { get; set; } = [];

    /// <summary>Makes a command's action: the work gets the services of one scope, and gives the exit code.</summary>
    public Func<ParseResult, CancellationToken, Task<int>> Action(
        Func<ParseResult, IServiceProvider, CancellationToken, Task<int>> work) =>
        async (parsed, cancellationToken) =>
        {
            await using var app = Program.Build([.. Settings, "--Logging:Console:LogToStandardErrorThreshold=Trace"]);
            app.Services.GetService<IStartupValidator>()?.Validate();
            await using var scope = app.Services.CreateAsyncScope();
            await scope.ServiceProvider.GetRequiredService<UsageDatabase>().MigrateAsync(
                scope.ServiceProvider.GetRequiredService<UsageDbContext>(), cancellationToken);
            return await work(parsed, scope.ServiceProvider, cancellationToken);
        };

    /// <summary>The same for work that either succeeds or throws.</summary>
    public Func<ParseResult, CancellationToken, Task<int>> Action(
        Func<ParseResult, IServiceProvider, CancellationToken, Task> work) =>
        Action(async (parsed, services, cancellationToken) =>
        {
            await work(parsed, services, cancellationToken);
            return ExitCode.Done;
        });
}
