using Microsoft.EntityFrameworkCore;
using UsageAdmin.Data;
using UsageAdmin.Data.Schema;

namespace UsageAdmin.Ingest.Jobs;

/// <summary>
/// Works off what uploads wait for, one after the other, once the start of the server is done. What a process left behind
/// that died meanwhile is taken up again.
/// </summary>
internal sealed partial class ImportJobService(
    ImportJobs jobs, ImportJobRunner runner, UsageDatabase database, IDbContextFactory<UsageDbContext> contexts, TimeProvider time,
    IHostApplicationLifetime lifetime, ILogger<ImportJobService> log) : BackgroundService
{
    /// <summary>The queue is looked at anyhow; also how long it rests after the database refused.</summary>
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    /// <summary>An import whose process was killed may go on when it has been silent for that long.</summary>
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(65);

    private readonly TaskCompletionSource _hasStarted = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The database is there.</summary>
    public void Begin() => _hasStarted.TrySetResult();

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken, lifetime.ApplicationStopping);
        try
        {
            await _hasStarted.Task.WaitAsync(stopping.Token);
            while (!stopping.IsCancellationRequested)
            {
                await RunDueAsync(stopping.Token);
                await jobs.WaitAsync(Interval, stopping.Token);
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
        }
    }

    private async Task RunDueAsync(CancellationToken stopping)
    {
        try
        {
            foreach (var request in jobs.Undos)
            {
                await runner.RunAsync(request, stopping);
            }

            while (await RunNextAsync(stopping))
            {
            }
        }
        catch (Exception e) when (!stopping.IsCancellationRequested)
        {
            QueueFailed(log, e);
        }
    }

    /// <summary>What waits longest, of what no other server works on. False: there is nothing.</summary>
    private async Task<bool> RunNextAsync(CancellationToken stopping)
    {
        await using var db = await contexts.CreateDbContextAsync(stopping);
        foreach (var id in await Waiting(db).Select(u => u.Id).ToListAsync(stopping))
        {
            using var claim = database.TryClaim(WriteLock.Upload(id));

            // Looked at again: another server may have been done with it just now.
            if (claim is not null && await Waiting(db).SingleOrDefaultAsync(u => u.Id == id, stopping) is { } upload)
            {
                await runner.RunAsync(upload, stopping);
                return true;
            }
        }

        return false;
    }

    private IQueryable<ImportUpload> Waiting(UsageDbContext db)
    {
        var silent = time.GetUtcNow().UtcDateTime - Silence;
        return db.ImportUploads.AsNoTracking()
            .Where(u => u.State == UploadState.ToCheck || u.State == UploadState.Checking || u.State == UploadState.ToImport
                || (u.State == UploadState.Importing && !db.Imports.Any(
                    i => i.Id == u.ImportId && i.State == ImportState.Running && i.SeenAtUtc > silent)))
            .OrderBy(u => u.SeenAtUtc).ThenBy(u => u.Id);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Uploads could not be worked off")]
    private static partial void QueueFailed(ILogger log, Exception exception);
}
