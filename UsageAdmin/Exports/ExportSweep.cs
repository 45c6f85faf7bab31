using Microsoft.EntityFrameworkCore;
using UsageAdmin.Data;
using UsageAdmin.Data.Schema;

namespace UsageAdmin.Exports;

/// <summary>
/// Puts right what time and killed processes leave behind: files that have expired, files that are not whole, exports that
/// say "running" and are not.
/// </summary>
public sealed class ExportSweep(
    IDbContextFactory<UsageDbContext> contexts, ExportLog exports, DataDirectory directory, TimeProvider time)
{
    /// <summary>Safe beside running exports, also those of other processes.</summary>
    public async Task RunAsync(CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        db.ChangeTracker.QueryTrackingBehavior = QueryTrackingBehavior.NoTracking;

        // First: nobody is to keep a file beyond its time by a row that cannot be marked.
        await DeleteExpiredAsync(db, cancellationToken);
        await MarkInterruptedAsync(db, cancellationToken);
        await DeleteStrayAsync(db, cancellationToken);
        DeleteStaleLocks();
    }

    private async Task MarkInterruptedAsync(UsageDbContext db, CancellationToken cancellationToken)
    {
        var running = await (
            from export in db.Exports
            where export.State == ExportState.Running
            join organization in db.Organizations on export.OrganizationId equals organization.Id
            from workspace in db.Workspaces.Where(w => w.Id == export.WorkspaceId).DefaultIfEmpty()
            select new { export, organization, workspace }).ToListAsync(cancellationToken);
        foreach (var found in running.Where(found => OwnerLock.TryClear(exports.LockOf(found.export.PublicId))))
        {
            exports.Interrupt(new FoundExport(found.export, found.organization, found.workspace));
        }
    }

    /// <summary>The row stays as history.</summary>
    private async Task DeleteExpiredAsync(UsageDbContext db, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow().UtcDateTime;
        var expired = await (
            from export in db.Exports
            where export.ExpiresAtUtc <= now && export.FileName != null
            join organization in db.Organizations on export.OrganizationId equals organization.Id
            from workspace in db.Workspaces.Where(w => w.Id == export.WorkspaceId).DefaultIfEmpty()
            select new { export, organization, workspace }).ToListAsync(cancellationToken);
        foreach (var found in expired)
        {
            File.Delete(Path.Combine(directory.Exports, found.export.FileName!));
            exports.Expire(new FoundExport(found.export, found.organization, found.workspace));
        }
    }

    /// <summary>
    /// Of processes that were killed before they wrote their export down, or after they wrote down its end. Between making
    /// a lock's file and locking it there is no minute.
    /// </summary>
    private void DeleteStaleLocks()
    {
        var old = time.GetUtcNow().UtcDateTime - TimeSpan.FromMinutes(1);
        foreach (var file in Directory.EnumerateFiles(directory.Temporary, "*" + ExportLog.LockExtension)
            .Where(file => File.GetLastWriteTimeUtc(file) < old))
        {
            OwnerLock.TryClear(file);
        }
    }

    /// <summary>Files whose export neither runs nor has finished with them.</summary>
    private async Task DeleteStrayAsync(UsageDbContext db, CancellationToken cancellationToken)
    {
        // Looked for before the rows are: an export is written down before it has a file.
        var files = Directory.EnumerateFiles(directory.Exports)
            .ToDictionary(path => path, path => Path.GetFileName(path).Split('.')[0]);
        var ids = files.Values.Distinct().ToArray();
        var rows = await db.Exports.Where(e => ids.Contains(e.PublicId))
            .Select(e => new { e.PublicId, e.State, e.FileName })
            .ToDictionaryAsync(e => e.PublicId, cancellationToken);
        foreach (var (path, id) in files)
        {
            var isOwned = rows.TryGetValue(id, out var row)
                && (row.State == ExportState.Running || row.FileName == Path.GetFileName(path));
            if (!isOwned)
            {
                File.Delete(path);
            }
        }
    }
}

/// <summary>Sweeps twice a minute, once the start of the server has swept for the first time.</summary>
internal sealed partial class ExportSweepService(ExportSweep sweep, TimeProvider time, ILogger<ExportSweepService> log)
    : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(30);

    private readonly TaskCompletionSource _hasStarted = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>
    /// What a process that was killed left behind: rows that say "running", files. What cannot be put right now, as while
    /// PostgreSQL has not noticed yet that the process is gone, does not keep the server from starting.
    /// </summary>
    public async Task AfterCrashAsync(DataDirectory directory, CancellationToken cancellationToken)
    {
        foreach (var file in Directory.EnumerateFiles(directory.Temporary, "*.tmp"))
        {
            File.Delete(file);
        }

        await SweepAsync(cancellationToken);
        _hasStarted.TrySetResult();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await _hasStarted.Task.WaitAsync(stoppingToken);
        using var timer = new PeriodicTimer(Interval, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            await SweepAsync(stoppingToken);
        }
    }

    private async Task SweepAsync(CancellationToken cancellationToken)
    {
        try
        {
            await sweep.RunAsync(cancellationToken);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            SweepFailed(log, e);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Expired and interrupted exports could not be cleared away")]
    private static partial void SweepFailed(ILogger log, Exception exception);
}
