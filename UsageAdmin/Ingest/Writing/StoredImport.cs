using UsageAdmin.Data;
using UsageAdmin.Data.Schema;

namespace UsageAdmin.Ingest.Writing;

/// <summary>What decides whether an import can go on or be undone.</summary>
internal sealed record StoredImport(
    long Id, long SourceId, string SourceName, ImportState State, bool IsUndoable, bool HasOptions, long? SeenAt)
{
    /// <summary>A running import writes at least that often; one that is silent for longer was killed.</summary>
    private const long AliveMilliseconds = 60_000;

    /// <exception cref="ImportTargetException">There is no such import in the workspace.</exception>
    public static StoredImport Find(UsageSession session, long workspaceId, long importId)
    {
        var row = session.Prepare(
                """
                SELECT i.id, i.source_id, s.name, i.state, i.is_undoable, i.options IS NOT NULL, i.seen_at
                FROM import i JOIN source s ON s.id = i.source_id WHERE i.workspace_id = ?1 AND i.id = ?2
                """)
            .Bind(1, workspaceId).Bind(2, importId);
        if (!row.Step())
        {
            row.Reset();
            throw new ImportTargetException($"There is no import {importId} in this workspace.");
        }

        var import = new StoredImport(
            row.Number(0), row.Number(1), row.Text(2)!, (ImportState)row.Number(3), row.Number(4) != 0, row.Number(5) != 0,
            row.NullableNumber(6));
        row.Reset();
        return import;
    }

    public bool IsRunning(long now) => State == ImportState.Running && SeenAt is { } seen && now - seen < AliveMilliseconds;

    /// <exception cref="ImportTargetException">It still runs, or is not one that can go on.</exception>
    public void RequireResumable(long now)
    {
        if (IsRunning(now))
        {
            throw new ImportTargetException($"Import {Id} still runs.");
        }

        if (!HasOptions || State is not (ImportState.Running or ImportState.Failed or ImportState.Cancelled))
        {
            throw new ImportTargetException($"Import {Id} has nothing to go on with.");
        }
    }

    /// <summary>Why it cannot be undone now; null: it can.</summary>
    public UndoObstacle? ObstacleToUndo(UsageSession session, long now)
    {
        if (State == ImportState.Undone)
        {
            return UndoObstacle.Undone;
        }

        if (IsRunning(now))
        {
            return UndoObstacle.Running;
        }

        if (!IsUndoable)
        {
            return UndoObstacle.TooOld;
        }

        var newer = session.Prepare(
                "SELECT max(id) FROM import WHERE source_id = ?1 AND id > ?2 AND state <> ?3")
            .Bind(1, SourceId).Bind(2, Id).Bind(3, (long)ImportState.Undone).FirstNumber();
        return newer is null ? null : UndoObstacle.NewerFirst;
    }
}
