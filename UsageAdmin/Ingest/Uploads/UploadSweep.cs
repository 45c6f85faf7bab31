using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using UsageAdmin.Data;
using UsageAdmin.Data.Schema;

namespace UsageAdmin.Ingest.Uploads;

/// <summary>Gives up uploads that have not got on for long, and deletes files that no upload has any more.</summary>
internal sealed class UploadSweep(
    IDbContextFactory<UsageDbContext> contexts, UploadedFiles uploads, DataDirectory directory, IOptions<UploadOptions> options,
    TimeProvider time)
{
    public async Task RunAsync(CancellationToken cancellationToken = default)
    {
        var old = time.GetUtcNow().UtcDateTime - options.Value.KeepUploadsFor;
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var stale = await db.ImportUploads
            .Where(u => (u.State == UploadState.Receiving || u.State == UploadState.Checked) && u.SeenAtUtc < old)
            .Select(u => u.Id).ToListAsync(cancellationToken);
        foreach (var id in stale)
        {
            await uploads.EndAsync(id, cancellationToken);
        }

        await db.ImportUploads.Where(u => u.State == UploadState.Ended && u.SeenAtUtc < old)
            .ExecuteDeleteAsync(cancellationToken);
        await DeleteStrayAsync(db, cancellationToken);
    }

    private async Task DeleteStrayAsync(UsageDbContext db, CancellationToken cancellationToken)
    {
        // Looked for before the rows are: an upload is written down before it has a file.
        var files = Directory.GetFiles(directory.Uploads);
        var ids = files.Select(Path.GetFileName).ToArray();
        var owned = await db.ImportUploads.Where(u => u.State != UploadState.Ended && ids.Contains(u.PublicId))
            .Select(u => u.PublicId).ToListAsync(cancellationToken);
        foreach (var file in files.Where(file => !owned.Contains(Path.GetFileName(file))))
        {
            File.Delete(file);
        }
    }
}

/// <summary>Sweeps every ten minutes, once the start of the server has swept for the first time.</summary>
internal sealed partial class UploadSweepService(UploadSweep sweep, TimeProvider time, ILogger<UploadSweepService> log)
    : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(10);

    private readonly TaskCompletionSource _hasStarted = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public async Task BeginAsync(CancellationToken cancellationToken)
    {
        await sweep.RunAsync(cancellationToken);
        _hasStarted.TrySetResult();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await _hasStarted.Task.WaitAsync(stoppingToken);
        using var timer = new PeriodicTimer(Interval, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await sweep.RunAsync(stoppingToken);
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                SweepFailed(log, e);
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Old uploads could not be cleared away")]
    private static partial void SweepFailed(ILogger log, Exception exception);
}
