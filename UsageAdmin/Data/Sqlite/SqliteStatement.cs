using System.Text;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace UsageAdmin.Data.Sqlite;

/// <summary>A statement of SQLite, read in its memory.</summary>
public sealed class SqliteStatement : Statement
{
    private readonly sqlite3 _database;
    private readonly sqlite3_stmt _statement;
    private readonly SqliteSession? _session;
    private readonly string _sql;

    /// <summary>0 once disposed, with which SQLite refuses every call.</summary>
    private nint _handle;

    /// <summary>Whole numbers and nulls as they are bound, by parameter: most rows repeat most of them.</summary>
    private readonly (Binding Kind, long Number)[] _bound;

    /// <param name="session">Whose new rows are inserted before it runs; null: nobody's.</param>
    internal SqliteStatement(SqliteConnection connection, string sql, SqliteSession? session = null)
    {
        (_session, _sql) = (session, sql);
        _database = connection.Handle!;
        Check(raw.sqlite3_prepare_v2(_database, sql, out _statement));
        _handle = _statement.DangerousGetHandle();
        _bound = new (Binding, long)[SqliteApi.ParameterCount(_handle) + 1];
    }

    public override Statement Bind(int parameter, long value)
    {
        if (_bound[parameter] != (Binding.Number, value))
        {
            Check(SqliteApi.BindNumber(_handle, parameter, value));
            _bound[parameter] = (Binding.Number, value);
        }

        return this;
    }

    public override Statement Bind(int parameter, long? value) => value is { } number ? Bind(parameter, number) : BindNull(parameter);

    public override Statement Bind(int parameter, double? value)
    {
        if (value is not { } number)
        {
            return BindNull(parameter);
        }

        _bound[parameter] = default;
        Check(raw.sqlite3_bind_double(_statement, parameter, number));
        return this;
    }

    public override Statement Bind(int parameter, string? value)
    {
        if (value is null)
        {
            return BindNull(parameter);
        }

        const int OnStack = 512;
        var most = Encoding.UTF8.GetMaxByteCount(value.Length);
        if (most > OnStack)
        {
            return BindUtf8(parameter, Encoding.UTF8.GetBytes(value));
        }

        Span<byte> bytes = stackalloc byte[OnStack];
        return BindUtf8(parameter, bytes[..Encoding.UTF8.GetBytes(value, bytes)]);
    }

    public override unsafe Statement BindUtf8(int parameter, ReadOnlySpan<byte> value)
    {
        _bound[parameter] = default;

        // An empty span has no address, which SQLite would read as NULL.
        byte empty = 0;
        fixed (byte* bytes = value)
        {
            Check(SqliteApi.BindText(_handle, parameter, value.IsEmpty ? &empty : bytes, value.Length, SqliteApi.Copied));
        }

        return this;
    }

    /// <summary>Binds UTF-8 that stays where it is until the statement has run.</summary>
    internal unsafe void BindTextInPlace(int parameter, byte* text, int length)
    {
        _bound[parameter] = default;
        Check(SqliteApi.BindTextInPlace(_handle, parameter, text, length, SqliteApi.InPlace));
    }

    public override Statement BindBytes(int parameter, ReadOnlySpan<byte> value)
    {
        _bound[parameter] = default;
        Check(raw.sqlite3_bind_blob(_statement, parameter, value));
        return this;
    }

    public override Statement BindNull(int parameter)
    {
        if (_bound[parameter].Kind != Binding.Null)
        {
            Check(SqliteApi.BindNull(_handle, parameter));
            _bound[parameter] = (Binding.Null, 0);
        }

        return this;
    }

    public override bool Step()
    {
        _session?.SendFor(_sql);
        var result = SqliteApi.Step(_handle);
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

    public override void Execute()
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

    public override long? InsertedId()
    {
        Execute();
        return raw.sqlite3_changes(_database) == 0 ? null : raw.sqlite3_last_insert_rowid(_database);
    }

    public override Statement Reset()
    {
        _ = SqliteApi.Reset(_handle);
        return this;
    }

    public override bool IsNull(int column) => SqliteApi.ColumnType(_handle, column) == raw.SQLITE_NULL;

    public override object? Value(int column) => SqliteApi.ColumnType(_handle, column) switch
    {
        raw.SQLITE_NULL => null,
        raw.SQLITE_INTEGER => Number(column),
        _ => Text(column),
    };

    public override long Number(int column) => SqliteApi.Number(_handle, column);

    public override long? NullableNumber(int column) => IsNull(column) ? null : Number(column);

    public override double? NullableReal(int column) => IsNull(column) ? null : raw.sqlite3_column_double(_statement, column);

    public override unsafe ReadOnlySpan<byte> Utf8(int column)
    {
        var bytes = SqliteApi.Bytes(_handle, column);
        return new(bytes, SqliteApi.ByteCount(_handle, column));
    }

    protected override void Dispose(bool disposing)
    {
        _handle = 0;
        _statement.Dispose();
    }

    private void Check(int result)
    {
        if (result != raw.SQLITE_OK)
        {
            throw Error(result);
        }
    }

    private SqliteException Error(int result) =>
        new(raw.sqlite3_errmsg(_database).utf8_to_string(), result & 0xff, raw.sqlite3_extended_errcode(_database));

    private enum Binding
    {
        Other,
        Number,
        Null,
    }
}
