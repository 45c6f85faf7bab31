using Microsoft.Extensions.Options;

namespace UsageAdmin.Exports.Jobs;

/// <summary>Works the queue off, once the start of the server is done and until it is asked to stop.</summary>
internal sealed partial class JobService(
    QueuedExports queue, JobRunner runner, IHostApplicationLifetime lifetime, IOptions<ExportOptions> options,
    ILogger<JobService> log) : BackgroundService
{
    /// <summary>The queue is looked at anyhow; also how long a job waits after the database refused.</summary>
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    private readonly TaskCompletionSource _hasStarted = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Dictionary<QueuedExport, Task> _running = [];

    /// <summary>What jobs get to end once the server stops, of the 25 seconds that it has.</summary>
    public TimeSpan Grace { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>The database is there, and what dead processes left behind has been put right.</summary>
    public void Begin() => _hasStarted.TrySetResult();

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken, lifetime.ApplicationStopping);
        using var interrupt = new CancellationTokenSource();
        var turns = new Turns(options.Value.MaxJobs, options.Value.MaxJobsPerOrganization);
        try
        {
            await _hasStarted.Task.WaitAsync(stopping.Token);
            while (!stopping.IsCancellationRequested)
            {
                await StartNextAsync(turns, interrupt.Token, stopping.Token);
                await queue.WaitAsync(Interval, stopping.Token);
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
        }

        interrupt.CancelAfter(Grace);
        await Task.WhenAll(_running.Values);
    }

    private async Task StartNextAsync(Turns turns, CancellationToken interrupt, CancellationToken cancellationToken)
    {
        foreach (var (export, _) in _running.Where(r => r.Value.IsCompleted).ToArray())
        {
            _running.Remove(export);
            turns.Return(export);
        }

        try
        {
            var queued = await queue.ListAsync(cancellationToken);
            while (turns.Take(queued) is { } next)
            {
                _running.Add(next, Task.Run(() => RunAsync(next, interrupt), CancellationToken.None));
            }
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            QueueFailed(log, e);
        }
    }

    private async Task RunAsync(QueuedExport export, CancellationToken interrupt)
    {
        try
        {
            await runner.RunAsync(export.PublicId, interrupt);
        }
#pragma warning disable CA1031 // It is still in the queue, or the sweep will find that nobody makes it; the others go on.
        catch (Exception e)
#pragma warning restore CA1031
        {
            QueueFailed(log, e);
            await Task.Delay(Interval, lifetime.ApplicationStopping).ContinueWith(
                _ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        }
        finally
        {
            queue.Wake();
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The queue of exports could not be worked off")]
    private static partial void QueueFailed(ILogger log, Exception exception);
}
