using UsageAdmin.Data.Schema;

namespace UsageAdmin.Ingest.Writing;

/// <summary>
/// Marks what the source had before and a newer, complete file no longer has (ingest.md 4.1). It stays and still counts.
/// </summary>
internal sealed class MissingMarker(ImportScope scope)
{
    private const int RowsPerBatch = 2_000;
    private const int RowsReadPerBatch = 100_000;

    private static readonly (EntityType Type, string Table)[] Dimensions =
    [
        (EntityType.User, "usage_user"), (EntityType.App, "app"), (EntityType.Project, "project"),
        (EntityType.Section, "section"),
    ];

    private (long CreatedAt, long No) _after = (long.MinValue, 0);

    /// <summary>Goes on to the next conversations that are gone. False: that was all.</summary>
    /// <remarks>One batch; the caller begins and commits.</remarks>
    public bool MarkConversations()
    {
        var gone = new List<(long CreatedAt, long No)>();
        var select = scope.Session.Prepare(
                "SELECT created_at, no, user_id, source_id, deleted_at, missing_since_import_id FROM conversation " +
                "WHERE workspace_id = ?1 AND (created_at, no) > (?2, ?3) ORDER BY created_at, no LIMIT ?4")
            .Bind(1, scope.WorkspaceId).Bind(2, _after.CreatedAt).Bind(3, _after.No).Bind(4, RowsReadPerBatch);
        var read = 0;
        var isMore = false;
        while (!isMore && select.Step())
        {
            isMore = ++read == RowsReadPerBatch;
            _after = (select.Number(0), select.Number(1));
            if (select.Number(3) == scope.SourceId && select.IsNull(4) && select.IsNull(5) &&
                !scope.Seen.Has(_after.No) &&
                (scope.Completeness == Completeness.All || scope.Seen.HasPerson(select.Number(2))))
            {
                gone.Add(_after);
                isMore |= gone.Count == RowsPerBatch;
            }
        }

        select.Reset();
        foreach (var (createdAt, no) in gone)
        {
            scope.Session.Prepare(
                    "UPDATE conversation SET missing_since_import_id = ?4 " +
                    "WHERE workspace_id = ?1 AND created_at = ?2 AND no = ?3")
                .Bind(1, scope.WorkspaceId).Bind(2, createdAt).Bind(3, no).Bind(4, scope.ImportId).Execute();
        }

        scope.Report.Gone += gone.Count;
        return isMore;
    }

    /// <summary>Marks people, apps, projects and sections, of kinds that the file lists. One batch.</summary>
    public void MarkDimensions()
    {
        if (scope.Completeness != Completeness.All)
        {
            return;
        }

        foreach (var (type, table) in Dimensions.Where(d => scope.Seen.HasAny(d.Type)))
        {
            foreach (var id in Gone(type, table))
            {
                var changes = new ColumnChanges(table, id);
                changes.Set("missing_since_import_id", scope.ImportId);
                changes.Write(scope, importColumn: null);
            }
        }
    }

    /// <summary>Known to this source alone, by a record of its own, and not in the file.</summary>
    private List<long> Gone(EntityType type, string table)
    {
        var elsewhere = Ids("SELECT entity_id FROM external_key WHERE workspace_id = ?1 AND source_id <> ?2 AND entity_type = ?3", type);
        var here = Ids(
            $"""
            SELECT t.id FROM external_key k JOIN {table} t ON t.id = k.entity_id
            WHERE k.workspace_id = ?1 AND k.source_id = ?2 AND k.entity_type = ?3 AND t.is_stub = 0
                AND t.missing_since_import_id IS NULL AND t.deleted_at IS NULL
            """, type);
        here.ExceptWith(elsewhere);
        here.RemoveWhere(id => scope.Seen.Has(type, id));
        return [.. here];
    }

    private HashSet<long> Ids(string sql, EntityType type)
    {
        var select = scope.Session.Prepare(sql)
            .Bind(1, scope.WorkspaceId).Bind(2, scope.SourceId).Bind(3, (long)type);
        var ids = new HashSet<long>();
        while (select.Step())
        {
            ids.Add(select.Number(0));
        }

        select.Reset();
        return ids;
    }
}
