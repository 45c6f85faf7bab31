using Microsoft.EntityFrameworkCore;
using UsageAdmin.Accounts;
using UsageAdmin.Data;
using UsageAdmin.Data.Schema;
using UsageAdmin.Ingest.Uploads;
using UsageAdmin.Organizations;

namespace UsageAdmin.Ingest.Jobs;

/// <summary>
/// Looks at one upload, or imports it. Whoever sent it must manage the workspace when that starts (threat M3). How it ended
/// stands in the upload's row, which then waits for a decision or has ended.
/// </summary>
internal sealed partial class ImportJobRunner(
    ImportJobs jobs, UploadedFiles files, ImportService imports, ImportUndo undo, ImportAudit audit, Rights rights, UsageDatabase database,
    ImportWriter writer, IDbContextFactory<UsageDbContext> contexts,
    TimeProvider time, ILogger<ImportJobRunner> log)
{
    private DateTime Now => time.GetUtcNow().UtcDateTime;

    /// <param name="stopping">The server stops: what was being done is done after its start.</param>
    public async Task RunAsync(ImportUpload upload, CancellationToken stopping)
    {
        await using var db = await contexts.CreateDbContextAsync(stopping);
        var workspace = await db.Workspaces.AsNoTracking().SingleAsync(w => w.Id == upload.WorkspaceId, stopping);
        var account = await db.Users.AsNoTracking().SingleOrDefaultAsync(a => a.Id == upload.AccountId, stopping);
        using var running = jobs.Start(upload.PublicId, stopping);
        if (await rights.DecideAsync(upload.AccountId, Right.ManageWorkspace, workspace.PublicId, stopping) is not RightDecision.Granted)
        {
            await EndAsync(upload, UploadState.Checked, ImportFailures.RightLost);
            return;
        }

        try
        {
            if (upload.State is UploadState.ToCheck or UploadState.Checking)
            {
                await CheckAsync(upload, workspace, running);
            }
            else
            {
                await ImportAsync(
                    upload, workspace, new Actor("account", upload.AccountId, account?.Email, null), running, stopping);
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // The row still says what it was, and is taken up again.
        }
#pragma warning disable CA1031 // Whatever it is, the upload must not stay as if somebody worked on it.
        catch (Exception e)
#pragma warning restore CA1031
        {
            await EndAsync(upload, UploadState.Checked, FailureOf(e, upload.PublicId));
        }
    }

    /// <summary>Takes an import back that somebody asked to be undone.</summary>
    public async Task RunAsync(UndoRequest request, CancellationToken stopping)
    {
        try
        {
            var report = await undo.RunAsync(request.Workspace.Id, request.ImportId, stopping);
            audit.Undone(request.Organization, request.Workspace, request.ImportId, report, request.Actor);
        }
        catch (Exception e) when (!stopping.IsCancellationRequested)
        {
            UndoFailed(log, request.ImportId, e is UndoRefusedException or ImportTargetException ? null : e);
        }
        finally
        {
            jobs.EndUndo(request.ImportId);
        }
    }

    private async Task CheckAsync(ImportUpload upload, Workspace workspace, ImportJobs.RunningJob running)
    {
        await MarkAsync(upload, UploadState.Checking);
        if ((upload.Format ?? Detect(upload)) is not { } format)
        {
            await EndAsync(upload, UploadState.Checked, ImportFailures.UnknownFormat);
            return;
        }

        var request = RequestOf(upload, format, workspace);
        var report = await imports.PreviewAsync(request, running, running.Cancelled);
        await EndAsync(upload, UploadState.Checked, failure: null, format, ImportPreview.Of(report).ToJson());
    }

    private async Task ImportAsync(
        ImportUpload upload, Workspace workspace, Actor actor, ImportJobs.RunningJob running, CancellationToken stopping)
    {
        await MarkAsync(upload, UploadState.Importing);
        var request = RequestOf(upload, upload.Format!, workspace);
        var progress = new KnownImport(database, writer, upload, running);
        ImportReport report;
        if (upload.ImportId is { } stopped)
        {
            report = await imports.ResumeAsync(stopped, request.Path, progress, running.Cancelled);
        }
        else
        {
            audit.Started(request, upload.FileName, actor);
            report = await imports.RunAsync(request, progress, running.Cancelled);
        }

        audit.Record(request, report, actor);
        upload.ImportId = report.ImportId;
        if (report.State == ImportState.Cancelled)
        {
            await EndAsync(upload, UploadState.Checked, ImportFailures.Cancelled);
            return;
        }

        await EndAsync(upload, UploadState.Ended, report.Failure);
        File.Delete(files.PathOf(upload));
    }

    /// <summary>Null: none, or several.</summary>
    private string? Detect(ImportUpload upload) =>
        imports.Detect(files.PathOf(upload), upload.FileName) is [var only] ? only : null;

    private ImportRequest RequestOf(ImportUpload upload, string format, Workspace workspace) =>
        ImportOptions.Parse(upload.Options)
            .ToRequest(files.PathOf(upload), format, workspace.PublicId, upload.AccountId) with
        {
            FileName = upload.FileName,
        };

    private string FailureOf(Exception exception, string upload)
    {
        if (exception is InvalidHeaderException or ImportTargetException or UnreadableFileException)
        {
            return exception.Message;
        }

        if (exception is OperationCanceledException)
        {
            return ImportFailures.Cancelled;
        }

        Failed(log, upload, exception);
        return DiskFull.Is(exception) ? ImportFailures.NoRoom : ImportFailures.Internal;
    }

    private async Task MarkAsync(ImportUpload upload, UploadState state)
    {
        upload.State = state;
        await using var db = await contexts.CreateDbContextAsync();
        writer.InTurn(() => db.ImportUploads.Where(u => u.Id == upload.Id).ExecuteUpdate(
            set => set.SetProperty(u => u.State, state).SetProperty(u => u.SeenAtUtc, Now)));
    }

    private async Task EndAsync(
        ImportUpload upload, UploadState state, string? failure, string? format = null, string? preview = null)
    {
        await using var db = await contexts.CreateDbContextAsync();
        writer.InTurn(() => db.ImportUploads.Where(u => u.Id == upload.Id).ExecuteUpdate(
            set => set.SetProperty(u => u.State, state).SetProperty(u => u.Failure, failure)
                .SetProperty(u => u.Format, u => format ?? u.Format).SetProperty(u => u.Preview, u => preview ?? u.Preview)
                .SetProperty(u => u.ImportId, u => upload.ImportId ?? u.ImportId)
                .SetProperty(u => u.CancelRequestedAtUtc, (DateTime?)null).SetProperty(u => u.SeenAtUtc, Now)));
    }

    /// <summary>Writes down which import an upload became as soon as there is one, so that it can be cancelled and go on.</summary>
    private sealed class KnownImport(
        UsageDatabase database, ImportWriter writer, ImportUpload upload, IProgress<ImportProgress> inner)
        : IProgress<ImportProgress>
    {
        public void Report(ImportProgress value)
        {
            if (upload.ImportId is null)
            {
                upload.ImportId = writer.InTurn(Find);
            }

            inner.Report(value);
        }

        private long? Find()
        {
            using var session = database.OpenWrite();
            return session.Prepare(
                    """
                    UPDATE import_upload SET import_id = (SELECT max(id) FROM import
                        WHERE workspace_id = ?2 AND account_id = ?3 AND file_name = ?4 AND state = ?5)
                    WHERE id = ?1 RETURNING import_id
                    """)
                .Bind(1, upload.Id).Bind(2, upload.WorkspaceId).Bind(3, upload.AccountId).Bind(4, upload.FileName)
                .Bind(5, (long)ImportState.Running).FirstNumber();
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Upload {Upload} could not be worked on")]
    private static partial void Failed(ILogger log, string upload, Exception exception);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Import {Import} could not be undone")]
    private static partial void UndoFailed(ILogger log, long import, Exception? exception);
}
