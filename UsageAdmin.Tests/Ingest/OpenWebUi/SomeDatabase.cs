using System.Globalization;
using Microsoft.Data.Sqlite;

namespace UsageAdmin.Tests.Ingest.OpenWebUi;

/// <summary>A <c>webui.db</c> that a test fills; closed before it is imported.</summary>
internal sealed class SomeDatabase : IDisposable
{
    public const long Created = 1_767_600_000; // 2026-01-05T08:00:00Z

    private readonly SqliteConnection _connection;

    public SomeDatabase(string path, string schema)
    {
        Path = path;
        _connection = new SqliteConnection($"Data Source={path};Pooling=False;Foreign Keys=False");
        _connection.Open();
        Run(schema);
    }

    public string Path { get; }

    /// <param name="values">Column and value in turn.</param>
    public SomeDatabase Add(string table, params object?[] values)
    {
        using var command = _connection.CreateCommand();
        var columns = values.Where((_, i) => i % 2 == 0).ToArray();
#pragma warning disable CA2100 // Tests write their own SQL.
        command.CommandText = $"INSERT INTO \"{table}\" ({string.Join(", ", columns.Select(c => $"\"{c}\""))}) " +
            $"VALUES ({string.Join(", ", columns.Select((_, i) => $"$p{i}"))})";
#pragma warning restore CA2100
        for (var i = 0; i < columns.Length; i++)
        {
            command.Parameters.AddWithValue(string.Create(CultureInfo.InvariantCulture, $"$p{i}"), values[(i * 2) + 1] ?? DBNull.Value);
        }

        command.ExecuteNonQuery();
        return this;
    }

    public SomeDatabase AddUser(string id, string name, string role = "user") => Add("user",
        "id", id, "name", name, "email", $"{name.ToLowerInvariant()}@acme.example", "role", role, "profile_image_url", "/user.png",
        "created_at", Created - 86_400, "updated_at", Created, "last_active_at", Created + 7200);

    public SomeDatabase AddChat(string id, string userId, string chat, string title = "A chat", string? folderId = null) => Add("chat",
        "id", id, "user_id", userId, "title", title, "archived", 0, "created_at", Created, "updated_at", Created + 9000,
        "chat", chat, "meta", "{}", "folder_id", folderId);

    public SomeDatabase AddModel(string id, string userId, string? baseId, string name, string meta = "{}", bool isActive = true) => Add(
        "model", "id", id, "user_id", userId, "base_model_id", baseId, "name", name, "meta", meta, "params", "{}",
        "created_at", Created, "updated_at", Created, "is_active", isActive ? 1 : 0);

    public SomeDatabase AddGroup(string id, string name, params string[] members)
    {
        Add("group", "id", id, "user_id", "ann", "name", name, "created_at", Created, "updated_at", Created);
        foreach (var member in members)
        {
            Add("group_member", "id", $"{id}-{member}", "group_id", id, "user_id", member, "created_at", Created, "updated_at", Created);
        }

        return this;
    }

    public SomeDatabase AddRating(string id, string userId, string chatId, string messageId, string data, long updated = Created) => Add(
        "feedback", "id", id, "user_id", userId, "version", 0, "type", "rating", "data", data,
        "meta", $$"""{"chat_id":"{{chatId}}","message_id":"{{messageId}}","model_id":"m"}""",
        "snapshot", """{"chat":{"title":"a second copy"}}""", "created_at", Created, "updated_at", updated);

    public SomeDatabase Run(string sql)
    {
        using var command = _connection.CreateCommand();
#pragma warning disable CA2100 // Tests write their own SQL.
        command.CommandText = sql;
#pragma warning restore CA2100
        command.ExecuteNonQuery();
        return this;
    }

    public void Dispose() => _connection.Dispose();
}
