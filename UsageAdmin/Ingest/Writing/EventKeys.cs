using System.Text.Json;
using UsageAdmin.Data;

namespace UsageAdmin.Ingest.Writing;

/// <summary>The keys of rows that are known by their source's id: a time, and a number for those of the same time.</summary>
/// <param name="time">The key's first column, in milliseconds.</param>
internal sealed class EventKeys(ImportScope scope, string table, string time)
{
    private readonly Dictionary<string, (long Time, long Id)?> _ahead = new(StringComparer.Ordinal);
    private readonly Dictionary<long, long> _lastIds = [];

    private readonly Statement _find = scope.Session.Prepare(
        $"SELECT {time}, id FROM {table} WHERE workspace_id = ?1 AND source_id = ?2 AND external_id = ?3");

    private readonly Statement _findAll = scope.Session.Prepare(
        $"""
        SELECT {time}, id, external_id FROM {table}
        WHERE workspace_id = ?1 AND source_id = ?2 AND {scope.Session.Sql.IsOneOf("external_id", "?3")}
        """);

    private readonly Statement _findLast = scope.Session.Prepare(
        $"SELECT coalesce(max(id), 0) FROM {table} WHERE workspace_id = ?1 AND {time} = ?2");

    private readonly Statement _findAllLast = scope.Session.Prepare(
        $"""
        SELECT {time}, max(id) FROM {table}
        WHERE workspace_id = ?1 AND {time} IN ({scope.Session.Sql.NumbersOf("?2")}) GROUP BY {time}
        """);

    /// <summary>Looks up at once the rows that are written next, in this transaction. What was looked up before is forgotten.</summary>
    public void LookAhead(IReadOnlyCollection<(string ExternalId, long Time)> rows)
    {
        _ahead.Clear();
        _lastIds.Clear();
        if (rows.Count == 0)
        {
            return;
        }

        foreach (var (externalId, at) in rows)
        {
            _ahead[externalId] = null;
            _lastIds[at] = 0;
        }

        _findAll.Bind(1, scope.WorkspaceId).Bind(2, scope.SourceId).Bind(3, JsonSerializer.Serialize(_ahead.Keys));
        while (_findAll.Step())
        {
            _ahead[_findAll.Text(2)!] = (_findAll.Number(0), _findAll.Number(1));
        }

        _findAll.Reset();
        _findAllLast.Bind(1, scope.WorkspaceId).Bind(2, JsonSerializer.Serialize(_lastIds.Keys));
        while (_findAllLast.Step())
        {
            _lastIds[_findAllLast.Number(0)] = _findAllLast.Number(1);
        }

        _findAllLast.Reset();
    }

    /// <summary>The row's key; null: there is none.</summary>
    public (long Time, long Id)? Find(string externalId)
    {
        if (_ahead.TryGetValue(externalId, out var ahead))
        {
            return ahead;
        }

        _find.Bind(1, scope.WorkspaceId).Bind(2, scope.SourceId).Bind(3, externalId);
        (long, long)? key = _find.Step() ? (_find.Number(0), _find.Number(1)) : null;
        _find.Reset();
        return key;
    }

    /// <summary>The number of a row that is written now at a time.</summary>
    public long Take(string externalId, long at)
    {
        if (!_lastIds.TryGetValue(at, out var last))
        {
            last = _findLast.Bind(1, scope.WorkspaceId).Bind(2, at).FirstNumber()!.Value;
        }

        _lastIds[at] = last + 1;
        _ahead[externalId] = (at, last + 1);
        return last + 1;
    }
}
