using System.Text.Json;
using UsageAdmin.Data.Schema;

namespace UsageAdmin.Ingest.Writing;

/// <summary>
/// Takes back what <see cref="UndoLog"/> has kept, backwards: removed rows return, changed columns get their old values
/// unless something else has changed them since, made rows go unless somebody else needs them.
/// </summary>
internal sealed class ChangedRows(ImportScope scope)
{
    private static readonly Dictionary<string, EntityType> Dimensions = new(StringComparer.Ordinal)
    {
        ["usage_user"] = EntityType.User,
        ["model"] = EntityType.Model,
        ["app"] = EntityType.App,
        ["project"] = EntityType.Project,
        ["workflow"] = EntityType.Workflow,
        ["section"] = EntityType.Section,
    };

    private readonly List<(string Table, long Id)> _made = [];

    public void Restore()
    {
        scope.PeopleChanged();
        foreach (var (table, key, before, after) in Log())
        {
            if (before is null && (table == "membership" || Dimensions.ContainsKey(table)))
            {
                // Who still needs them shows when the source's own names for them are gone.
                _made.Add((table, key["id"].GetInt64()));
            }
            else if (before is null)
            {
                Execute($"DELETE FROM {table} WHERE {Conditions(key)}", key);
            }
            else if (after is null)
            {
                Return(table, before);
            }
            else
            {
                Reset(table, key, before, after);
            }
        }

        RemoveMade();
    }

    private IEnumerable<(string Table, Dictionary<string, JsonElement> Key, Dictionary<string, JsonElement>? Before,
        Dictionary<string, JsonElement>? After)> Log()
    {
        var ordinal = long.MaxValue;
        while (true)
        {
            var row = scope.Session.Prepare(
                    "SELECT ordinal, table_name, row_key, before, after FROM import_change " +
                    "WHERE import_id = ?1 AND ordinal < ?2 ORDER BY ordinal DESC LIMIT 1")
                .Bind(1, scope.ImportId).Bind(2, ordinal);
            if (!row.Step())
            {
                row.Reset();
                yield break;
            }

            ordinal = row.Number(0);
            var (table, key, before, after) = (row.Text(1)!, row.Text(2)!, row.Text(3), row.Text(4));
            row.Reset();
            yield return (table, Columns(key)!, Columns(before), Columns(after));
        }
    }

    private static Dictionary<string, JsonElement>? Columns(string? json) =>
        json is null ? null : JsonSerializer.Deserialize<Dictionary<string, JsonElement>>(json);

    private void Return(string table, Dictionary<string, JsonElement> row)
    {
        if (table is "usage_event" or "workflow_run")
        {
            // The import's own version of the row. A version that came later stays.
            var time = table == "usage_event" ? "created_at" : "started_at";
            Execute(
                $"DELETE FROM {table} WHERE workspace_id = ?1 AND source_id = ?2 AND external_id = ?3 " +
                $"AND changed_by_import_id = {scope.ImportId}",
                [row["workspace_id"], row["source_id"], row["external_id"]]);
            scope.Moved(row[time].GetInt64());
        }

        var columns = string.Join(", ", row.Keys.Select(c => $"\"{c}\""));
        var values = string.Join(", ", row.Keys.Select((_, i) => $"?{i + 1}"));
        Execute($"INSERT INTO {table} ({columns}) VALUES ({values}) ON CONFLICT DO NOTHING", row.Values);
    }

    private void Reset(
        string table, Dictionary<string, JsonElement> key, Dictionary<string, JsonElement> before,
        Dictionary<string, JsonElement> after)
    {
        foreach (var (column, value) in before)
        {
            Execute(
                $"UPDATE {table} SET {column} = ?1 WHERE id = ?2 AND {column} IS NOT DISTINCT FROM ?3",
                [value, key["id"], after[column]]);
        }
    }

    private void RemoveMade()
    {
        var here = Named("workspace_id = ?1", scope.WorkspaceId);
        foreach (var (_, id) in _made.Where(made => made.Table == "membership"))
        {
            var stay = scope.Session.Prepare("SELECT user_id, section_id FROM membership WHERE id = ?1").Bind(1, id);
            var isNeeded = stay.Step() && stay.IsNull(1) && here.Contains((EntityType.User, stay.Number(0)));
            stay.Reset();
            if (!isNeeded)
            {
                scope.Session.Prepare("DELETE FROM membership WHERE id = ?1").Bind(1, id).Execute();
            }
        }

        var named = Named(
            "workspace_id IN (SELECT id FROM workspace WHERE organization_id = ?1)", scope.OrganizationId);
        foreach (var (table, id) in _made.Where(made => made.Table != "membership"))
        {
            if (!named.Contains((Dimensions[table], id)))
            {
                scope.Session.Prepare($"DELETE FROM {table} WHERE id = ?1").Bind(1, id).Execute();
            }
        }
    }

    /// <summary>What sources still name.</summary>
    private HashSet<(EntityType, long)> Named(string where, long id)
    {
        var select = scope.Session.Prepare($"SELECT entity_type, entity_id FROM external_key WHERE {where}").Bind(1, id);
        var named = new HashSet<(EntityType, long)>();
        while (select.Step())
        {
            named.Add(((EntityType)select.Number(0), select.Number(1)));
        }

        select.Reset();
        return named;
    }

    private static string Conditions(Dictionary<string, JsonElement> key) =>
        string.Join(" AND ", key.Keys.Select((column, i) => $"{column} = ?{i + 1}"));

    private void Execute(string sql, Dictionary<string, JsonElement> values) => Execute(sql, values.Values);

    private void Execute(string sql, IEnumerable<JsonElement> values)
    {
        var statement = scope.Session.Prepare(sql);
        foreach (var (value, i) in values.Select((v, i) => (v, i)))
        {
            _ = value.ValueKind == JsonValueKind.Number
                ? statement.Bind(i + 1, value.GetInt64())
                : value.ValueKind == JsonValueKind.Null ? statement.BindNull(i + 1) : statement.Bind(i + 1, value.GetString());
        }

        statement.Execute();
    }
}
