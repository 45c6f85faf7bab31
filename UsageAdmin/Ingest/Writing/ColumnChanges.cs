using System.Text;
using UsageAdmin.Data;

namespace UsageAdmin.Ingest.Writing;

/// <summary>The columns that a record sets on one row; writes only where one of them differs.</summary>
internal sealed class ColumnChanges(string table, long id)
{
    private readonly List<(string Column, object? Value)> _columns = [];

    public void Set(string column, string? value) => _columns.Add((column, value));

    public void Set(string column, long? value) => _columns.Add((column, value));

    public void Set(string column, Field<string> field)
    {
        if (field.IsSet)
        {
            Set(column, field.Value);
        }
    }

    public void Set(string column, Field<long?> field)
    {
        if (field.IsSet)
        {
            Set(column, field.Value);
        }
    }

    public void Set(string column, Field<DateTime?> field)
    {
        if (field.IsSet)
        {
            Set(column, field.Value is { } utc ? UnixMilliseconds.From(utc) : null);
        }
    }

    public void Set(string column, Field<bool?> field)
    {
        if (field.IsSet)
        {
            Set(column, field.Value is { } value ? value ? 1 : 0 : (long?)null);
        }
    }

    /// <summary>Whether the row was changed; if so, it names the import that did it.</summary>
    /// <param name="importColumn">Where the import's id goes; null: the table has no such column.</param>
    public bool Write(UsageSession session, long importId, string? importColumn = "changed_by_import_id")
    {
        if (_columns.Count == 0)
        {
            return false;
        }

        var set = new StringBuilder();
        var differs = new StringBuilder();
        for (var i = 0; i < _columns.Count; i++)
        {
            set.Append(i == 0 ? "" : ", ").Append(_columns[i].Column).Append(" = ?").Append(i + 2);
            differs.Append(i == 0 ? "" : " OR ").Append(_columns[i].Column).Append(" IS NOT ?").Append(i + 2);
        }

        if (importColumn is not null)
        {
            set.Append(", ").Append(importColumn).Append(" = ?").Append(_columns.Count + 2);
        }

        var update = session.Prepare($"UPDATE {table} SET {set} WHERE id = ?1 AND ({differs})").Bind(1, id);
        for (var i = 0; i < _columns.Count; i++)
        {
            _ = _columns[i].Value is long number ? update.Bind(i + 2, number) : update.Bind(i + 2, (string?)_columns[i].Value);
        }

        if (importColumn is not null)
        {
            update.Bind(_columns.Count + 2, importId);
        }

        update.Execute();
        return session.Changes() > 0;
    }
}
