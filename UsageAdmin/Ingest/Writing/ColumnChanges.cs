using UsageAdmin.Data;

namespace UsageAdmin.Ingest.Writing;

/// <summary>The columns that a record sets on one row; writes only where one of them differs.</summary>
/// <param name="isMade">The row has just been made: its columns are as <see cref="Identities"/> leaves them.</param>
internal sealed class ColumnChanges(string table, long id, bool isMade = false)
{
    private readonly List<Change> _columns = [];

    public void Set(string column, string? value) => _columns.Add(new Change(column, value, IsText: true));

    public void Set(string column, long? value) => _columns.Add(new Change(column, value, IsText: false));

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
    public bool Write(ImportScope scope, string? importColumn = "changed_by_import_id")
    {
        if (_columns.Count == 0)
        {
            return false;
        }

        Change[] after = importColumn is null ? [.. _columns] : [.. _columns, new Change(importColumn, scope.ImportId, IsText: false)];
        if ((isMade ? MadeDiffering(after) : ReadDiffering(scope.Session, after)) is not { } before)
        {
            return false;
        }

        scope.Undo.Changed(table, id, before, Array.ConvertAll(after, c => (c.Column, c.Value)));
        var set = string.Join(", ", after.Select((c, i) => $"{c.Column} = ?{i + 2}"));
        Bind(scope.Session.Prepare($"UPDATE {table} SET {set} WHERE id = ?1"), after).Execute();
        return true;
    }

    private (string Column, object? Value)[]? MadeDiffering(Change[] after) =>
        _columns.Exists(c => !Equals(c.Value, Made(c.Column))) ? Array.ConvertAll(after, c => (c.Column, Made(c.Column))) : null;

    private static object? Made(string column) => column switch
    {
        "is_stub" => 1L,
        "role" or "is_published" => 0L,
        _ => null,
    };

    /// <summary>The columns as they are; null: those that the record sets are as they are to be.</summary>
    private (string Column, object? Value)[]? ReadDiffering(UsageSession session, Change[] after)
    {
        var differs = string.Join(" OR ", _columns.Select((c, i) => $"{c.Column} IS DISTINCT FROM ?{i + 2}"));
        var columns = string.Join(", ", after.Select(c => c.Column));
        var select = Bind(
            session.Prepare($"SELECT {columns} FROM {table} WHERE id = ?1 AND ({differs})"), [.. _columns]);
        var before = select.Step() ? Array.ConvertAll(after, c => (c.Column, select.Value(Array.IndexOf(after, c)))) : null;
        select.Reset();
        return before;
    }

    /// <summary>With its type where it is null too: an engine may prepare a statement only once it knows all of them.</summary>
    private Statement Bind(Statement statement, Change[] columns)
    {
        statement.Bind(1, id);
        for (var i = 0; i < columns.Length; i++)
        {
            _ = columns[i].IsText
                ? statement.Bind(i + 2, (string?)columns[i].Value)
                : statement.Bind(i + 2, (long?)columns[i].Value);
        }

        return statement;
    }

    private readonly record struct Change(string Column, object? Value, bool IsText);
}
