namespace UsageAdmin.Data.RollUps;

/// <summary>
/// Packs the days of UTC that are over and have come to rest. The running day stays in rows. Of the servers of a database one does
/// so at a time.
/// </summary>
internal sealed partial class UsageDayService(UsageDatabase database, TimeProvider time, ILogger<UsageDayService> log)
    : BackgroundService
{
    private const int DaysAtOnce = 8;

    /// <summary>An import touches the same days again and again; packing waits until it has moved on.</summary>
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(10);

    private readonly TaskCompletionSource _hasStarted = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The tables are there.</summary>
    public void Begin() => _hasStarted.TrySetResult();

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await _hasStarted.Task.WaitAsync(stoppingToken);
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(5), time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                using var claim = database.TryClaim(WriteLock.Packing);
                while (claim is not null && PackSome() > 0)
                {
                    // Between two transactions other writers get their turn.
                    await Task.Delay(TimeSpan.FromMilliseconds(20), time, stoppingToken);
                }
            }
            catch (Exception e) when (DatabaseBusy.Is(e))
            {
                // An import is in the way for long: there is time.
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                PackingFailed(log, e);
            }
        }
    }

    private int PackSome()
    {
        var now = time.GetUtcNow().UtcDateTime;
        return UsageDays.Pack(database, before: now.Date, unchangedSince: now - Rest, DaysAtOnce);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Days of usage could not be packed")]
    private static partial void PackingFailed(ILogger log, Exception exception);
}
