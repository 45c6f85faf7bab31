namespace UsageAdmin.Data;

/// <summary>The server's one checkpointer.</summary>
internal sealed partial class CheckpointService(UsageDatabase database, TimeProvider time, ILogger<CheckpointService> log)
    : BackgroundService
{
    private const long WorthIt = 4 << 20;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(10), time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                if (database.WalBytes > WorthIt)
                {
                    database.Checkpoint();
                }
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                CheckpointFailed(log, e);
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The write-ahead log could not be copied into the database")]
    private static partial void CheckpointFailed(ILogger log, Exception exception);
}
