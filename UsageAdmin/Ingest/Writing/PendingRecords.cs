using System.Text;
using System.Text.Json;
using UsageAdmin.Ingest.Ndjson;

namespace UsageAdmin.Ingest.Writing;

/// <summary>Records that wait for their conversation or message, kept as lines of NDJSON.</summary>
internal sealed class PendingRecords(ImportScope scope)
{
    private bool _hasAny;

    public void BeginBatch() =>
        _hasAny = scope.Session.Prepare(
                "SELECT 1 FROM pending_record WHERE workspace_id = ?1 AND source_id = ?2 LIMIT 1")
            .Bind(1, scope.WorkspaceId).Bind(2, scope.SourceId).FirstNumber() is not null;

    /// <summary>The lines that wait for a conversation, in the order in which they came.</summary>
    public List<string> Of(string conversationId)
    {
        var lines = new List<string>();
        if (!_hasAny)
        {
            return lines;
        }

        var select = scope.Session.Prepare(
                "SELECT record FROM pending_record " +
                "WHERE workspace_id = ?1 AND source_id = ?2 AND conversation_external_id = ?3 ORDER BY id")
            .Bind(1, scope.WorkspaceId).Bind(2, scope.SourceId).Bind(3, conversationId);
        while (select.Step())
        {
            lines.Add(select.Text(0)!);
        }

        select.Reset();
        return lines;
    }

    /// <summary>Puts waiting records in front of what a file says, as if the file had begun with them.</summary>
    public static void Prepend(ConversationItem item, List<string> lines)
    {
        var waiting = new ConversationItem { Id = item.Id };
        foreach (var line in lines)
        {
            waiting.Add(NdjsonRecordParser.ParsePart(Encoding.UTF8.GetBytes(line)));
        }

        item.Messages.InsertRange(0, waiting.Messages);
        item.Feedback.InsertRange(0, waiting.Feedback);
        item.Moderation.InsertRange(0, waiting.Moderation);
        item.Files.InsertRange(0, waiting.Files);
        item.Actions.InsertRange(0, waiting.Actions);
        item.Requests.InsertRange(0, waiting.Requests);
    }

    /// <summary>Makes the stored lines of a conversation those that wait now; a line that waits already stays as it is.</summary>
    public void Keep(string conversationId, List<string> before, IEnumerable<ImportItem> waiting)
    {
        var now = waiting.Select(item => NdjsonRecordWriter.WritePart(conversationId, item)).Distinct().ToList();
        foreach (var line in before.Except(now))
        {
            Remove(conversationId, line);
        }

        foreach (var line in now.Except(before))
        {
            _hasAny = true;
            scope.Session.Prepare(
                    "INSERT INTO pending_record (workspace_id, source_id, conversation_external_id, record, import_id) " +
                    "VALUES (?1, ?2, ?3, ?4, ?5)")
                .Bind(1, scope.WorkspaceId).Bind(2, scope.SourceId).Bind(3, conversationId).Bind(4, line)
                .Bind(5, scope.ImportId).Execute();
        }
    }

    private void Remove(string conversationId, string line)
    {
        var row = scope.Session.Prepare(
                "DELETE FROM pending_record WHERE workspace_id = ?1 AND source_id = ?2 " +
                "AND conversation_external_id = ?3 AND record = ?4 RETURNING id, import_id")
            .Bind(1, scope.WorkspaceId).Bind(2, scope.SourceId).Bind(3, conversationId).Bind(4, line);
        var removed = new List<(long Id, long ImportId)>();
        while (row.Step())
        {
            removed.Add((row.Number(0), row.Number(1)));
        }

        row.Reset();
        foreach (var (id, importId) in removed.Where(r => r.ImportId != scope.ImportId))
        {
            scope.Undo.Removed("pending_record",
            [
                ("id", id), ("workspace_id", scope.WorkspaceId), ("source_id", scope.SourceId),
                ("conversation_external_id", conversationId), ("record", line), ("import_id", importId),
            ]);
        }
    }

    /// <summary>How many records of the source wait, and the first of them for a report.</summary>
    public (long Count, List<string> First) Report()
    {
        var count = scope.Session.Prepare(
                "SELECT count(*) FROM pending_record WHERE workspace_id = ?1 AND source_id = ?2")
            .Bind(1, scope.WorkspaceId).Bind(2, scope.SourceId).FirstNumber()!.Value;
        var select = scope.Session.Prepare(
                "SELECT conversation_external_id, record FROM pending_record " +
                "WHERE workspace_id = ?1 AND source_id = ?2 ORDER BY id LIMIT ?3")
            .Bind(1, scope.WorkspaceId).Bind(2, scope.SourceId).Bind(3, ImportReport.Listed);
        var first = new List<string>();
        while (select.Step())
        {
            using var record = JsonDocument.Parse(select.Text(1)!);
            first.Add($"{Field(record, "type")} {Field(record, "id")} of conversation {select.Text(0)}");
        }

        select.Reset();
        return (count, first);
    }

    private static string? Field(JsonDocument record, string name) =>
        record.RootElement.TryGetProperty(name, out var value) ? value.ToString() : null;
}
