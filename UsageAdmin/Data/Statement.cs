using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace UsageAdmin.Data;

/// <summary>
/// A prepared statement whose columns are read as UTF-8 where they lie, without strings. Parameters are numbered from 1,
/// columns from 0. Not safe for use by two threads at once.
/// </summary>
public sealed class Statement : IDisposable
{
    private readonly sqlite3 _database;
    private readonly sqlite3_stmt _statement;

    internal Statement(SqliteConnection connection, string sql)
    {
        _database = connection.Handle!;
        Check(raw.sqlite3_prepare_v2(_database, sql, out _statement));
    }

    public Statement Bind(int parameter, long value)
    {
        Check(raw.sqlite3_bind_int64(_statement, parameter, value));
        return this;
    }

    public Statement Bind(int parameter, long? value) => value is { } number ? Bind(parameter, number) : BindNull(parameter);

    public Statement Bind(int parameter, double? value)
    {
        Check(value is { } number
            ? raw.sqlite3_bind_double(_statement, parameter, number)
            : raw.sqlite3_bind_null(_statement, parameter));
        return this;
    }

    public Statement Bind(int parameter, string? value)
    {
        Check(value is null
            ? raw.sqlite3_bind_null(_statement, parameter)
            : raw.sqlite3_bind_text(_statement, parameter, value));
        return this;
    }

    /// <summary>Binds text that is valid UTF-8 already.</summary>
    public Statement BindUtf8(int parameter, ReadOnlySpan<byte> value)
    {
        // An empty span has no address, which SQLite would read as NULL.
        Check(value.IsEmpty
            ? raw.sqlite3_bind_text(_statement, parameter, "")
            : raw.sqlite3_bind_text(_statement, parameter, value));
        return this;
    }

    public Statement BindBytes(int parameter, ReadOnlySpan<byte> value)
    {
        Check(raw.sqlite3_bind_blob(_statement, parameter, value));
        return this;
    }

    public Statement BindNull(int parameter)
    {
        Check(raw.sqlite3_bind_null(_statement, parameter));
        return this;
    }

    /// <summary>Moves to the next row; false behind the last.</summary>
    /// <exception cref="SqliteException">The database refused.</exception>
    public bool Step()
    {
        var result = raw.sqlite3_step(_statement);
        if (result == raw.SQLITE_ROW)
        {
            return true;
        }

        if (result == raw.SQLITE_DONE)
        {
            return false;
        }

        throw Error(result);
    }

    /// <summary>Runs a statement without rows and makes it ready for the next parameters.</summary>
    public void Execute()
    {
        try
        {
            Step();
        }
        finally
        {
            Reset();
        }
    }

    /// <summary>The first column of the first row; null: it is null, or there is no row. Makes it ready to run again.</summary>
    public long? FirstNumber()
    {
        var number = Step() ? NullableNumber(0) : null;
        Reset();
        return number;
    }

    /// <summary>Makes it ready to run again; parameters keep their values.</summary>
    public Statement Reset()
    {
        _ = raw.sqlite3_reset(_statement);
        return this;
    }

    public bool IsNull(int column) => raw.sqlite3_column_type(_statement, column) == raw.SQLITE_NULL;

    /// <summary>A whole number as <see cref="long"/>, else text; null where there is none.</summary>
    public object? Value(int column) => raw.sqlite3_column_type(_statement, column) switch
    {
        raw.SQLITE_NULL => null,
        raw.SQLITE_INTEGER => Number(column),
        _ => Text(column),
    };

    public long Number(int column) => raw.sqlite3_column_int64(_statement, column);

    public long? NullableNumber(int column) => IsNull(column) ? null : Number(column);

    public double? NullableReal(int column) => IsNull(column) ? null : raw.sqlite3_column_double(_statement, column);

    /// <summary>The bytes of a text or blob, valid until the next step; empty for null.</summary>
    public ReadOnlySpan<byte> Utf8(int column) => raw.sqlite3_column_blob(_statement, column);

    public string? Text(int column) =>
        IsNull(column) ? null : System.Text.Encoding.UTF8.GetString(raw.sqlite3_column_blob(_statement, column));

    public void Dispose() => _statement.Dispose();

    private void Check(int result)
    {
        if (result != raw.SQLITE_OK)
        {
            throw Error(result);
        }
    }

    private SqliteException Error(int result) =>
        new(raw.sqlite3_errmsg(_database).utf8_to_string(), result & 0xff, raw.sqlite3_extended_errcode(_database));
}
