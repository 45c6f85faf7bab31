using Microsoft.Data.Sqlite;
using UsageAdmin.Data.Sqlite;

namespace UsageAdmin.Ingest.OpenWebUi;

/// <summary>
/// The tables and columns of Open WebUI that are read, and which of them a database has: that tells old schemas from new ones,
/// whatever version it says to be (ingest.md 4.1). What is not listed here is never read: credentials, settings, tokens,
/// valves, bytes and texts of files.
/// </summary>
internal sealed class SourceTables
{
    private static readonly Dictionary<string, string[]> Read = new(StringComparer.OrdinalIgnoreCase)
    {
        ["user"] = ["id", "name", "email", "role", "created_at", "last_active_at"],
        ["group"] = ["id", "name", "user_ids"],
        ["group_member"] = ["group_id", "user_id"],
        ["model"] = ["id", "user_id", "base_model_id", "name", "meta", "access_control", "is_active", "created_at"],
        ["access_grant"] = ["resource_type", "resource_id", "principal_type", "principal_id", "permission"],
        ["folder"] = ["id", "user_id", "name", "created_at"],
        ["chat"] = ["id", "user_id", "title", "chat", "folder_id", "created_at", "updated_at", "rowid"],
        ["chat_message"] = ["id", "chat_id", "role", "parent_id", "content", "output", "model_id", "files", "done",
            "status_history", "error", "usage", "created_at"],
        ["chat_file"] = ["chat_id", "file_id", "message_id", "created_at"],
        ["file"] = ["id", "filename", "meta"],
        ["feedback"] = ["id", "user_id", "type", "data", "meta", "created_at", "updated_at"],
        ["usage_log"] = ["id", "user_id", "model_id", "base_model_id", "source", "input_tokens", "output_tokens",
            "cached_tokens", "reasoning_tokens", "cost", "currency", "created_at"],
    };

    private readonly Dictionary<string, HashSet<string>> _columns = new(StringComparer.OrdinalIgnoreCase);

    private SourceTables()
    {
    }

    public static bool MayRead(string? table, string? column) =>
        table is not null && Read.TryGetValue(table, out var columns)
        && (string.IsNullOrEmpty(column) || columns.Contains(column, StringComparer.OrdinalIgnoreCase));

    /// <summary>
    /// What of it the database has as plain tables: views and virtual tables would run what their maker wrote, and computed
    /// columns are not among those that <c>table_info</c> lists.
    /// </summary>
    public static SourceTables Of(SqliteConnection connection)
    {
        var tables = new SourceTables();
        using var schema = new SqliteStatement(connection, "SELECT name, sql FROM sqlite_master WHERE type = 'table'");
        while (schema.Step())
        {
            if (schema.Text(0) is { } name && Read.ContainsKey(name)
                && schema.Text(1)?.StartsWith("CREATE TABLE ", StringComparison.OrdinalIgnoreCase) == true)
            {
                tables._columns.Add(name, new HashSet<string>(StringComparer.OrdinalIgnoreCase));
            }
        }

        foreach (var (name, columns) in tables._columns)
        {
            using var info = new SqliteStatement(connection, $"PRAGMA table_info(\"{name}\")");
            while (info.Step())
            {
                columns.Add(info.Text(1)!);
            }
        }

        return tables;
    }

    public bool Has(string table) => _columns.ContainsKey(table);

    public bool Has(string table, string column) => _columns.TryGetValue(table, out var columns) && columns.Contains(column);

    /// <summary>Columns of a table for a SELECT; NULL in place of those that the database does not have.</summary>
    public string Columns(string table, params IEnumerable<string> columns) =>
        string.Join(", ", columns.Select(column => Has(table, column) ? $"\"{table}\".\"{column}\"" : "NULL"));
}
