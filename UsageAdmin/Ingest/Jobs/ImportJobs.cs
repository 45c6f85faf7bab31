using System.Collections.Concurrent;
using Microsoft.EntityFrameworkCore;
using UsageAdmin.Data;
using UsageAdmin.Data.Schema;
using UsageAdmin.Organizations;

namespace UsageAdmin.Ingest.Jobs;

/// <summary>
/// What is to be done with uploads and imports in the background. Uploads are the queue themselves, so it outlives the
/// process. Rows change in turn with the batches of imports, which would hold the database for long otherwise.
/// </summary>
internal sealed class ImportJobs(IDbContextFactory<UsageDbContext> contexts, ImportWriter writer, TimeProvider time)
    : IDisposable
{
    private readonly SemaphoreSlim _news = new(0);
    private readonly ConcurrentDictionary<string, ImportProgress> _progress = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, CancellationTokenSource> _running = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<long, UndoRequest> _undos = new();

    private DateTime Now => time.GetUtcNow().UtcDateTime;

    /// <summary>How far the upload that is being looked at or imported is; null: it is not, or nothing is known yet.</summary>
    public ImportProgress? ProgressOf(string uploadId) => _progress.GetValueOrDefault(uploadId);

    public bool IsToBeUndone(long importId) => _undos.ContainsKey(importId);

    /// <summary>
    /// The format and options of an import, with the source that it had, for a newer file; of none or one that is not the
    /// workspace's: nothing is chosen.
    /// </summary>
    public async Task<ImportChoices> ChoicesOfAsync(long workspaceId, long? importId, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var found = await (
            from import in db.Imports
            where import.WorkspaceId == workspaceId && import.Id == importId
            join source in db.Sources on import.SourceId equals source.Id
            select new { import.Format, import.Options, source.Name }).SingleOrDefaultAsync(cancellationToken);
        return found is null
            ? new ImportChoices(null, new ImportOptions())
            : new ImportChoices(
                found.Format,
                (found.Options is null ? new ImportOptions() : ImportOptions.Parse(found.Options)) with
                {
                    SourceName = found.Name,
                    Bytes = null,
                });
    }

    /// <summary>Looks at an upload again, with other choices.</summary>
    /// <returns>False: it is not waiting for a decision.</returns>
    public async Task<bool> CheckAsync(long uploadId, ImportChoices choices, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var (format, json) = (choices.Format, choices.Options.ToJson());
        var changed = writer.InTurn(() => db.ImportUploads
            .Where(u => u.Id == uploadId && u.State == UploadState.Checked && u.ImportId == null)
            .ExecuteUpdate(
                set => set.SetProperty(u => u.State, UploadState.ToCheck).SetProperty(u => u.Format, format)
                    .SetProperty(u => u.Options, json).SetProperty(u => u.Preview, (string?)null)
                    .SetProperty(u => u.Failure, (string?)null).SetProperty(u => u.SeenAtUtc, Now)));
        Wake();
        return changed == 1;
    }

    /// <summary>Imports what was looked at, or goes on with an import of it that stopped.</summary>
    /// <returns>False: it is not waiting for a decision, or nobody has seen what it would do.</returns>
    public async Task<bool> ImportAsync(long uploadId, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var changed = writer.InTurn(() => db.ImportUploads
            .Where(u => u.Id == uploadId && u.State == UploadState.Checked && u.Preview != null)
            .ExecuteUpdate(
                set => set.SetProperty(u => u.State, UploadState.ToImport).SetProperty(u => u.Failure, (string?)null)
                    .SetProperty(u => u.SeenAtUtc, Now)));
        Wake();
        return changed == 1;
    }

    /// <summary>
    /// Stops looking at an upload or importing it, so that somebody has to decide again. What was imported stays.
    /// </summary>
    public async Task CancelAsync(ImportUpload upload, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var waited = writer.InTurn(() => db.ImportUploads
            .Where(u => u.Id == upload.Id && (u.State == UploadState.ToCheck || u.State == UploadState.ToImport))
            .ExecuteUpdate(
                set => set.SetProperty(u => u.State, UploadState.Checked).SetProperty(u => u.Failure, ImportFailures.Cancelled)
                    .SetProperty(u => u.SeenAtUtc, Now)));
        if (waited == 1)
        {
            return;
        }

        writer.InTurn(() => db.ImportUploads.Where(u => u.Id == upload.Id)
            .ExecuteUpdate(set => set.SetProperty(u => u.CancelRequestedAtUtc, Now)));
        if (upload is not { State: UploadState.Importing, ImportId: { } importId }
            || !await CancelAsync(upload.WorkspaceId, importId, cancellationToken))
        {
            await (_running.GetValueOrDefault(upload.PublicId)?.CancelAsync() ?? Task.CompletedTask);
        }
    }

    /// <summary>Asks an import that runs, perhaps in another process, to stop at its next batch.</summary>
    /// <returns>False: it has ended.</returns>
    public async Task<bool> CancelAsync(long workspaceId, long importId, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return writer.InTurn(() => db.Imports
            .Where(i => i.WorkspaceId == workspaceId && i.Id == importId && i.State == ImportState.Running)
            .ExecuteUpdate(set => set.SetProperty(i => i.CancelRequestedAtUtc, Now))) == 1;
    }

    public void Undo(UndoRequest request)
    {
        _undos.TryAdd(request.ImportId, request);
        Wake();
    }

    /// <summary>There may be something to do.</summary>
    public void Wake() => _news.Release();

    public void Dispose() => _news.Dispose();

    /// <summary>Waits for <see cref="Wake"/>, and at most that long.</summary>
    internal Task WaitAsync(TimeSpan longest, CancellationToken cancellationToken) =>
        _news.WaitAsync(longest, cancellationToken);

    internal IReadOnlyList<UndoRequest> Undos => [.. _undos.Values.OrderBy(u => u.ImportId)];

    internal void EndUndo(long importId) => _undos.TryRemove(importId, out _);

    /// <summary>From now on it can be cancelled and its progress asked for; until the result is disposed of.</summary>
    internal RunningJob Start(string uploadId, CancellationToken stopping) => new(this, uploadId, stopping);

    /// <summary>An upload that is being looked at or imported.</summary>
    internal sealed class RunningJob : IProgress<ImportProgress>, IDisposable
    {
        private readonly ImportJobs _jobs;
        private readonly string _uploadId;
        private readonly CancellationTokenSource _cancel;

        public RunningJob(ImportJobs jobs, string uploadId, CancellationToken stopping)
        {
            (_jobs, _uploadId) = (jobs, uploadId);
            _cancel = CancellationTokenSource.CreateLinkedTokenSource(stopping);
            jobs._running[uploadId] = _cancel;
        }

        /// <summary>Somebody wants it to end, or the server stops.</summary>
        public CancellationToken Cancelled => _cancel.Token;

        public void Report(ImportProgress value) => _jobs._progress[_uploadId] = value;

        public void Dispose()
        {
            _jobs._running.TryRemove(_uploadId, out _);
            _jobs._progress.TryRemove(_uploadId, out _);
            _cancel.Dispose();
        }
    }
}

/// <summary>How a file is to be imported.</summary>
/// <param name="Format">Null: as the file shows.</param>
internal sealed record ImportChoices(string? Format, ImportOptions Options);

/// <param name="Actor">Who wants it, for the audit log.</param>
internal sealed record UndoRequest(Organization Organization, Workspace Workspace, long ImportId, Actor Actor);
