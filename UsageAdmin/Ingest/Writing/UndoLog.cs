using System.Buffers;
using System.Text;
using System.Text.Json;
using UsageAdmin.Data;

namespace UsageAdmin.Ingest.Writing;

/// <summary>
/// Keeps what rows were before an import touched them, except conversations and what an import made in full, which name
/// their import themselves. Order matters: undoing goes backwards.
/// </summary>
internal sealed class UndoLog(ImportScope scope)
{
    private readonly Statement _changes = scope.Session.PrepareInsert(
        "import_change", "import_id", "ordinal", "table_name", "row_key", "before", "after");

    private long? _ordinal;

    public void Inserted(string table, params ReadOnlySpan<(string Column, object? Value)> key) =>
        Add(table, ToJson(key), before: null, after: "{}");

    public void Changed(
        string table, long id, ReadOnlySpan<(string Column, object? Value)> before,
        ReadOnlySpan<(string Column, object? Value)> after) =>
        Add(table, ToJson([("id", id)]), ToJson(before), ToJson(after));

    /// <param name="row">All columns, those of the key among them.</param>
    public void Removed(string table, ReadOnlySpan<(string Column, object? Value)> row) =>
        Add(table, "{}", ToJson(row), after: null);

    private void Add(string table, string key, string? before, string? after)
    {
        if (table is "usage_user" or "section" or "membership" or "attribute_value")
        {
            scope.PeopleChanged();
        }

        _ordinal ??= scope.Session.Prepare("SELECT coalesce(max(ordinal), 0) FROM import_change WHERE import_id = ?1")
            .Bind(1, scope.ImportId).FirstNumber()!.Value;
        _ordinal++;
        _changes.Bind(1, scope.ImportId).Bind(2, _ordinal).Bind(3, table).Bind(4, key).Bind(5, before).Bind(6, after).Execute();
    }

    private static string ToJson(ReadOnlySpan<(string Column, object? Value)> columns)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            foreach (var (column, value) in columns)
            {
                if (value is long number)
                {
                    json.WriteNumber(column, number);
                }
                else
                {
                    json.WriteString(column, (string?)value);
                }
            }

            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }
}
