using UsageAdmin.Data;
using UsageAdmin.Data.Schema;

namespace UsageAdmin.Ingest.Writing;

/// <summary>One undoing of an import, step by step; every step is a transaction.</summary>
internal sealed class UndoRun
{
    private const int ConversationsPerStep = 200;
    private const int RowsPerStep = 5_000;

    private readonly ImportScope _scope;
    private readonly ConversationLoader _loader;
    private readonly ConversationSaver _saver;
    private readonly Queue<Func<bool>> _steps;
    private (long CreatedAt, long No) _after = (long.MinValue, 0);
    private long _afterNo = -1;
    private long _removed;
    private long _restored;
    private long _kept;

    private UndoRun(ImportScope scope)
    {
        _scope = scope;
        _loader = new ConversationLoader(scope);
        _saver = new ConversationSaver(scope);
        _steps = new Queue<Func<bool>>(
        [
            RestoreConversations, RemoveConversations,
            () => RemoveRows("usage_event", "created_at"), () => RemoveRows("workflow_run", "started_at"),
            UnmarkMissing, RestoreRows, End,
        ]);
    }

    public UndoReport Report => new(_removed, _restored, _kept, _scope.Months.Months);

    /// <exception cref="ImportTargetException">There is no such import in the workspace.</exception>
    /// <exception cref="UndoRefusedException">It cannot be undone now.</exception>
    public static UndoRun Start(UsageSession session, long workspaceId, long importId, DateTime nowUtc)
    {
        session.Begin();
        var row = session.Prepare(
                "SELECT o.id, o.time_zone FROM workspace w JOIN organization o ON o.id = w.organization_id WHERE w.id = ?1")
            .Bind(1, workspaceId);
        row.Step();
        var (organizationId, zone) = (row.Number(0), TimeZoneInfo.FindSystemTimeZoneById(row.Text(1)!));
        row.Reset();
        session.Hold(WriteLock.Usage(organizationId));
        var import = StoredImport.Find(session, workspaceId, importId);
        if (import.ObstacleToUndo(session, UnixMilliseconds.From(nowUtc)) is { } obstacle)
        {
            throw new UndoRefusedException(obstacle, obstacle switch
            {
                UndoObstacle.Running => $"Import {importId} still runs; stop it first.",
                UndoObstacle.Undone => $"Import {importId} is undone already.",
                UndoObstacle.TooOld => $"Import {importId} is too old to be undone.",
                _ => $"Undo the newer imports of source {import.SourceName} first.",
            });
        }

        session.Prepare("UPDATE import SET state = ?2 WHERE id = ?1").Bind(1, importId).Bind(2, (long)ImportState.Undoing)
            .Execute();
        session.Commit();
        var report = new ImportReport { ImportId = importId, SourceName = import.SourceName, State = ImportState.Undoing };
        return new UndoRun(new ImportScope(session, report, zone)
        {
            OrganizationId = organizationId,
            WorkspaceId = workspaceId,
            SourceId = import.SourceId,
            SourceName = import.SourceName,
            ImportId = importId,
            RecordTime = 0,
        });
    }

    /// <summary>Whether there is more to do.</summary>
    public bool Step(DateTime nowUtc)
    {
        _scope.BeginBatch();
        try
        {
            if (!_steps.Peek()())
            {
                _steps.Dequeue();
            }

            if (_steps.Count == 0)
            {
                Finish(UnixMilliseconds.From(nowUtc));
            }

            _scope.CommitBatch(nowUtc);
        }
        catch
        {
            _scope.DropBatch();
            throw;
        }

        return _steps.Count > 0;
    }

    /// <summary>Puts back what the import changed.</summary>
    private bool RestoreConversations()
    {
        var images = new List<(long No, byte[] Image)>();
        var select = _scope.Session.Prepare(
                "SELECT conversation_no, image FROM import_before WHERE import_id = ?1 AND conversation_no > ?2 " +
                "ORDER BY conversation_no LIMIT ?3")
            .Bind(1, _scope.ImportId).Bind(2, _afterNo).Bind(3, ConversationsPerStep);
        while (select.Step())
        {
            images.Add((select.Number(0), select.Utf8(1).ToArray()));
        }

        select.Reset();
        foreach (var (no, packed) in images)
        {
            _afterNo = no;
            var image = ConversationImage.Unpack(packed);
            if (_loader.Find(image.ExternalId, out _) is not { } key || _loader.Load(image.ExternalId, key) is not { } current ||
                current.Row.ChangedByImportId != _scope.ImportId)
            {
                _kept++;
                continue;
            }

            _saver.Remove(current);
            _saver.Restore(image.ToState(no));
            _restored++;
        }

        return images.Count == ConversationsPerStep;
    }

    /// <summary>Removes what the import made.</summary>
    private bool RemoveConversations()
    {
        var found = new List<string>();
        var read = 0;
        var select = _scope.Session.Prepare(
                "SELECT created_at, no, source_id, created_by_import_id, external_id FROM conversation " +
                "WHERE workspace_id = ?1 AND (created_at, no) > (?2, ?3) ORDER BY created_at, no LIMIT ?4")
            .Bind(1, _scope.WorkspaceId).Bind(2, _after.CreatedAt).Bind(3, _after.No).Bind(4, RowsPerStep * 20);
        var isMore = false;
        while (!isMore && select.Step())
        {
            _after = (select.Number(0), select.Number(1));
            if (select.Number(2) == _scope.SourceId && select.NullableNumber(3) == _scope.ImportId)
            {
                found.Add(select.Text(4)!);
            }

            isMore = found.Count == ConversationsPerStep || ++read == RowsPerStep * 20;
        }

        select.Reset();
        foreach (var id in found)
        {
            _saver.Remove(_loader.Load(id, _loader.Find(id, out _)!.Value));
            _removed++;
        }

        return isMore;
    }

    /// <summary>Removes requests or runs that the import made.</summary>
    private bool RemoveRows(string table, string time)
    {
        var rows = new List<(long At, long Id)>();
        var select = _scope.Session.Prepare(
                $"SELECT {time}, id FROM {table} " +
                "WHERE workspace_id = ?1 AND source_id = ?2 AND created_by_import_id = ?3 LIMIT ?4")
            .Bind(1, _scope.WorkspaceId).Bind(2, _scope.SourceId).Bind(3, _scope.ImportId).Bind(4, RowsPerStep);
        while (select.Step())
        {
            rows.Add((select.Number(0), select.Number(1)));
        }

        select.Reset();
        foreach (var (at, id) in rows)
        {
            _scope.Moved(at);
            _scope.Session.Prepare($"DELETE FROM {table} WHERE workspace_id = ?1 AND {time} = ?2 AND id = ?3")
                .Bind(1, _scope.WorkspaceId).Bind(2, at).Bind(3, id).Execute();
        }

        return rows.Count == RowsPerStep;
    }

    private bool UnmarkMissing()
    {
        _scope.Session.Prepare(
                "UPDATE conversation SET missing_since_import_id = NULL WHERE workspace_id = ?1 AND missing_since_import_id = ?2")
            .Bind(1, _scope.WorkspaceId).Bind(2, _scope.ImportId).Execute();
        return false;
    }

    private bool RestoreRows()
    {
        new ChangedRows(_scope).Restore();
        _scope.Session.Prepare("DELETE FROM pending_record WHERE workspace_id = ?1 AND import_id = ?2")
            .Bind(1, _scope.WorkspaceId).Bind(2, _scope.ImportId).Execute();
        return false;
    }

    /// <summary>How far the source's data reaches, now that some of it is gone.</summary>
    private bool End()
    {
        _scope.Session.Prepare(
                """
                UPDATE source SET
                    data_until = (SELECT max(at) FROM (
                        SELECT max(CASE WHEN ended_at > created_at THEN ended_at ELSE created_at END) AS at FROM conversation
                            WHERE workspace_id = ?1 AND source_id = ?2
                        UNION ALL SELECT max(created_at) FROM usage_event WHERE workspace_id = ?1 AND source_id = ?2
                        UNION ALL SELECT max(started_at) FROM workflow_run WHERE workspace_id = ?1 AND source_id = ?2) e),
                    last_import_at = (SELECT max(finished_at) FROM import
                        WHERE source_id = ?2 AND id <> ?3 AND state = ?4)
                WHERE id = ?2
                """)
            .Bind(1, _scope.WorkspaceId).Bind(2, _scope.SourceId).Bind(3, _scope.ImportId)
            .Bind(4, (long)ImportState.Finished).Execute();
        return false;
    }

    private void Finish(long now)
    {
        foreach (var table in (string[])["import_change", "import_before"])
        {
            _scope.Session.Prepare($"DELETE FROM {table} WHERE import_id = ?1").Bind(1, _scope.ImportId).Execute();
        }

        _scope.Session.Prepare(
                "UPDATE import SET state = ?2, finished_at = ?3, is_undoable = 0, months_moved = ?4 WHERE id = ?1")
            .Bind(1, _scope.ImportId).Bind(2, (long)ImportState.Undone).Bind(3, now)
            .Bind(4, string.Join(',', _scope.Months.Months)).Execute();
    }
}
