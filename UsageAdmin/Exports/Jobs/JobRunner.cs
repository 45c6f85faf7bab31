using Microsoft.EntityFrameworkCore;
using UsageAdmin.Accounts;
using UsageAdmin.Data;
using UsageAdmin.Data.Schema;
using UsageAdmin.Organizations;

namespace UsageAdmin.Exports.Jobs;

/// <summary>
/// Makes one queued export. Whoever asked for it must have the right when it starts and still have it when its file is
/// published (threat M3).
/// </summary>
public sealed partial class JobRunner(
    QueuedExports queue, ExportLog exports, ExportFiles files, Rights rights, IDbContextFactory<UsageDbContext> contexts,
    ILogger<JobRunner> log)
{
    /// <summary>Ends when the export has ended; failures stand in its history.</summary>
    /// <param name="interrupt">The server stops.</param>
    public async Task RunAsync(string publicId, CancellationToken interrupt)
    {
        if (await FindAsync(publicId, interrupt) is not { } found)
        {
            return;
        }

        if (await RefusalAsync(found) is { } refused)
        {
            exports.EndQueued(found, Actor.Server, refused);
            return;
        }

        using var job = queue.Prepare(found, new Actor("account", found.Export.AccountId, found.Export.ActorName, null));
        if (job is null)
        {
            exports.EndQueued(found, Actor.Server, "invalid-request");
            return;
        }

        var start = job.Start with { Origin = ExportOrigin.Background };
        if (exports.StartQueued(start, publicId, job.DownloadName) is { } running)
        {
            await WriteAsync(running, job, found, interrupt);
        }
    }

    private async Task WriteAsync(RunningExport running, JobExport job, FoundExport found, CancellationToken interrupt)
    {
        await using var interruption = interrupt.Register(running.Interrupt);
        try
        {
            await files.WriteAsync(running, job.DownloadName, job.ContentType, async file =>
            {
                var rows = await job.WriteAsync(file, running.Progress, running.Stopping);
                return await RefusalAsync(found) is { } refused ? throw new JobRefusedException(refused) : rows;
            }, running.Stopping);
        }
#pragma warning disable CA1031 // History has it already; the other jobs go on.
        catch (Exception e)
#pragma warning restore CA1031
        {
            var isFailure = e is not (OperationCanceledException or JobRefusedException);
            Stopped(log, running.PublicId, isFailure ? e : null);
        }
    }

    private async Task<FoundExport?> FindAsync(string publicId, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var found = await (
            from export in db.Exports.AsNoTracking()
            where export.PublicId == publicId && export.State == ExportState.Queued
            join organization in db.Organizations.AsNoTracking() on export.OrganizationId equals organization.Id
            from workspace in db.Workspaces.AsNoTracking().Where(w => w.Id == export.WorkspaceId).DefaultIfEmpty()
            select new { export, organization, workspace }).SingleOrDefaultAsync(cancellationToken);
        return found is null ? null : new FoundExport(found.export, found.organization, found.workspace);
    }

    /// <summary>Why the account may not have it now; null: it may.</summary>
    private async Task<string?> RefusalAsync(FoundExport found)
    {
        var (right, publicId) = ExportAccess.RightTo(found.Export.Kind, found.Organization, found.Workspace);
        var decision = found.Export.AccountId is { } account
            ? await rights.DecideAsync(account, right, publicId)
            : new RightDecision.NotFound();
        return decision switch
        {
            RightDecision.Granted => null,
            RightDecision.FeatureDisabled => "feature-disabled",
            _ => "right-lost",
        };
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Export {Export} in the background stopped")]
    private static partial void Stopped(ILogger log, string export, Exception? exception);
}
