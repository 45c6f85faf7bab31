using System.Text.Json;
using UsageAdmin.Data;
using UsageAdmin.Data.Schema;

namespace UsageAdmin.Ingest.Writing;

/// <summary>
/// The one import of a source and UTC day that small batches are added to: what sends something every few seconds would bury
/// all others otherwise.
/// </summary>
internal static class DayImport
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    /// <summary>How long records wait for a conversation that may never come.</summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromDays(7);

    /// <returns>The import, and whether it is new.</returns>
    public static (long Id, bool IsNew) FindOrMake(
        UsageSession session, long workspaceId, long sourceId, ImportRequest request, DateTime nowUtc)
    {
        var now = UnixMilliseconds.From(nowUtc);
        var found = session.Prepare(
                "SELECT id FROM import WHERE workspace_id = ?1 AND source_id = ?2 AND format = ?3 AND state = ?4 " +
                "AND started_at >= ?5 ORDER BY id DESC LIMIT 1")
            .Bind(1, workspaceId).Bind(2, sourceId).Bind(3, request.Format).Bind(4, (long)ImportState.Finished)
            .Bind(5, UnixMilliseconds.From(nowUtc.Date)).FirstNumber();
        if (found is { } id)
        {
            return (id, false);
        }

        session.Prepare(
                "DELETE FROM pending_record WHERE workspace_id = ?1 AND source_id = ?2 " +
                "AND import_id IN (SELECT id FROM import WHERE source_id = ?2 AND started_at < ?3)")
            .Bind(1, workspaceId).Bind(2, sourceId).Bind(3, UnixMilliseconds.From(nowUtc - LongestWait)).Execute();
        ImportUndo.Forget(session, workspaceId, now);
        id = session.Prepare(
                """
                INSERT INTO import (workspace_id, source_id, format, file_name, state, started_at, position,
                    conversations_created, conversations_changed, conversations_unchanged, messages_written,
                    records_refused, months_moved, counts, account_id, seen_at, is_undoable, items, conversations_missing)
                VALUES (?1, ?2, ?3, ?4, ?5, ?6, 0, 0, 0, 0, 0, 0, '', '{}', ?7, ?6, 1, 0, 0) RETURNING id
                """)
            .Bind(1, workspaceId).Bind(2, sourceId).Bind(3, request.Format).Bind(4, Path.GetFileName(request.Path))
            .Bind(5, (long)ImportState.Finished).Bind(6, now).Bind(7, request.AccountId).FirstNumber()!.Value;
        return (id, true);
    }

    /// <summary>The number of the last problem that is stored of an import.</summary>
    public static long LastProblem(UsageSession session, long importId) =>
        session.Prepare("SELECT coalesce(max(ordinal), 0) FROM import_problem WHERE import_id = ?1")
            .Bind(1, importId).FirstNumber()!.Value;

    /// <summary>Adds what a batch did.</summary>
    /// <param name="refused">Beside those of the report.</param>
    public static void Add(
        UsageSession session, ImportReport report, IEnumerable<string> months, long refused, DateTime nowUtc)
    {
        var row = session.Prepare("SELECT counts, months_moved FROM import WHERE id = ?1").Bind(1, report.ImportId);
        row.Step();
        var counts = JsonSerializer.Deserialize<SortedDictionary<string, Dictionary<string, long>>>(row.Text(0)!, Json)!;
        var moved = row.Text(1)!.Split(',', StringSplitOptions.RemoveEmptyEntries).Union(months).Order(StringComparer.Ordinal);
        row.Reset();
        foreach (var (kind, added) in report.Counts)
        {
            var sum = counts.TryGetValue(kind, out var known) ? known : counts[kind] = [];
            sum["created"] = sum.GetValueOrDefault("created") + added.Created;
            sum["changed"] = sum.GetValueOrDefault("changed") + added.Changed;
            sum["unchanged"] = sum.GetValueOrDefault("unchanged") + added.Unchanged;
        }

        var conversations = report.Of("conversations");
        session.Prepare(
                """
                UPDATE import SET conversations_created = conversations_created + ?2,
                    conversations_changed = conversations_changed + ?3,
                    conversations_unchanged = conversations_unchanged + ?4, messages_written = messages_written + ?5,
                    records_refused = records_refused + ?6, months_moved = ?7, counts = ?8, finished_at = ?9,
                    seen_at = ?9
                WHERE id = ?1
                """)
            .Bind(1, report.ImportId).Bind(2, conversations.Created).Bind(3, conversations.Changed)
            .Bind(4, conversations.Unchanged).Bind(5, report.MessagesWritten).Bind(6, report.Refused + refused)
            .Bind(7, string.Join(',', moved)).Bind(8, JsonSerializer.Serialize(counts, Json))
            .Bind(9, UnixMilliseconds.From(nowUtc)).Execute();
    }
}
