using UsageAdmin.Data;

namespace UsageAdmin.Server;

/// <summary>
/// Migrates and runs the features' steps in the background once the server listens, so that <c>/healthz</c> answers at
/// once. A failure stops the server.
/// </summary>
internal sealed class StartUp(
    IServiceScopeFactory scopes, IEnumerable<StartUpStep> steps, Readiness readiness, IHostApplicationLifetime lifetime)
    : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var listening = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = lifetime.ApplicationStarted.Register(listening.SetResult);
        try
        {
            await listening.Task.WaitAsync(stoppingToken);
            await using var scope = scopes.CreateAsyncScope();
            await scope.ServiceProvider.GetRequiredService<UsageDatabase>().MigrateAsync(
                scope.ServiceProvider.GetRequiredService<UsageDbContext>(), stoppingToken);
            foreach (var step in steps)
            {
                await step.RunAsync(scope.ServiceProvider, stoppingToken);
            }

            readiness.Ready();
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
        }
#pragma warning disable CA1031 // Whatever it is, the server cannot go on, and the command line reports it.
        catch (Exception e)
#pragma warning restore CA1031
        {
            readiness.Fail(e);
            lifetime.StopApplication();
        }
    }
}
