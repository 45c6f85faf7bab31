using UsageAdmin.Data;
using UsageAdmin.Data.Schema;
using UsageAdmin.Ingest.Writing;

namespace UsageAdmin.Ingest;

/// <summary>Why an import cannot be undone.</summary>
public enum UndoObstacle
{
    Running,
    Undone,

    /// <summary>It is more than <see cref="ImportUndo.Days"/> days old, or older than the possibility.</summary>
    TooOld,

    /// <summary>A newer import of the same source builds on it and has to be undone first.</summary>
    NewerFirst,
}

/// <summary>What undoing an import did.</summary>
/// <param name="Removed">Conversations that it had brought.</param>
/// <param name="Restored">Conversations that are again as they were before it.</param>
/// <param name="Kept">Conversations that something else has changed since, and which stay as they are.</param>
public sealed record UndoReport(long Removed, long Restored, long Kept, IReadOnlyCollection<string> MonthsMoved);

/// <summary>The import cannot be undone.</summary>
public sealed class UndoRefusedException(UndoObstacle obstacle, string message) : Exception(message)
{
    public UndoObstacle Obstacle => obstacle;
}

/// <summary>
/// Takes back what an import brought: what it made goes, what it changed is again as it was. People and things that other
/// sources name stay, and so does whatever something else has changed since.
/// </summary>
/// <remarks>Commits in steps. Where it is stopped half-way, the import stays in <see cref="ImportState.Undoing"/> and
/// undoing it again goes on.</remarks>
public sealed class ImportUndo(UsageDatabase database, ImportWriter writer, TimeProvider time)
{
    /// <summary>Days for which an import can be undone.</summary>
    public const int Days = 30;

    /// <summary>Why the import cannot be undone now; null: it can.</summary>
    /// <exception cref="ImportTargetException">There is no such import in the workspace.</exception>
    public UndoObstacle? FindObstacle(long workspaceId, long importId)
    {
        using var session = database.OpenRead();
        return StoredImport.Find(session, workspaceId, importId)
            .ObstacleToUndo(session, UnixMilliseconds.From(time.GetUtcNow().UtcDateTime));
    }

    /// <exception cref="ImportTargetException">There is no such import in the workspace.</exception>
    /// <exception cref="UndoRefusedException">It cannot be undone now.</exception>
    public Task<UndoReport> RunAsync(long workspaceId, long importId, CancellationToken cancellationToken) =>
        Task.Run(() => Run(workspaceId, importId, cancellationToken), cancellationToken);

    /// <summary>Lets go of what imports of a workspace that are too old would need to be undone.</summary>
    internal static void Forget(UsageSession session, long workspaceId, long now)
    {
        var before = now - (Days * 86_400_000L);
        foreach (var table in (string[])["import_change", "import_before"])
        {
            session.Prepare(
                    $"DELETE FROM {table} WHERE import_id IN (SELECT id FROM import " +
                    "WHERE workspace_id = ?1 AND started_at < ?2 AND is_undoable = 1)")
                .Bind(1, workspaceId).Bind(2, before).Execute();
        }

        session.Prepare("UPDATE import SET is_undoable = 0 WHERE workspace_id = ?1 AND started_at < ?2 AND is_undoable = 1")
            .Bind(1, workspaceId).Bind(2, before).Execute();
    }

    private UndoReport Run(long workspaceId, long importId, CancellationToken cancellationToken)
    {
        using var session = database.OpenBulkWrite();
        DateTime Now() => time.GetUtcNow().UtcDateTime;
        UndoRun? run = null;
        writer.InTurn(session, () => run = UndoRun.Start(session, workspaceId, importId, Now()));
        var isMore = true;
        while (isMore)
        {
            cancellationToken.ThrowIfCancellationRequested();
            writer.InTurn(session, () => isMore = run!.Step(Now()));
            Thread.Sleep(ImportWriter.Gap);
        }

        database.Checkpoint();
        return run!.Report;
    }
}
