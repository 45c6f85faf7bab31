using System.Buffers.Binary;
using System.Text;
using Npgsql;

namespace UsageAdmin.Data.PostgreSql;

/// <summary>Rows for one table, gathered in the form that the server's binary <c>COPY</c> reads, many of which go at once.</summary>
internal sealed class CopyStatement : Insertion
{
    private const int FileHeaderBytes = 19;

    private readonly PostgreSqlSession _session;
    private readonly string _sql;
    private readonly Field[] _fields;
    private byte[] _rows = new byte[4096];
    private int _used;

    /// <param name="target">The table with its columns in parentheses.</param>
    public CopyStatement(PostgreSqlSession session, string table, string target, int columns) : base(table)
    {
        _session = session;
        _sql = $"COPY {target} FROM STDIN (FORMAT binary)";
        _fields = new Field[columns];
        "PGCOPY\n"u8.CopyTo(_rows);
        (_rows[7], _rows[8], _rows[9]) = (0xFF, (byte)'\r', (byte)'\n');
        _used = FileHeaderBytes;
    }

    /// <summary>Of the rows that wait; 0: there are none.</summary>
    public int Bytes => _used - FileHeaderBytes;

    public override Statement Bind(int parameter, long value)
    {
        BinaryPrimitives.WriteInt64BigEndian(SpaceFor(parameter, sizeof(long)), value);
        return this;
    }

    public override Statement Bind(int parameter, double? value)
    {
        if (value is not { } known)
        {
            return BindNull(parameter);
        }

        BinaryPrimitives.WriteDoubleBigEndian(SpaceFor(parameter, sizeof(double)), known);
        return this;
    }

    /// <summary>Half of a surrogate pair and NUL, which no text of the database holds, become U+FFFD.</summary>
    public override Statement Bind(int parameter, string? value)
    {
        if (value is null)
        {
            return BindNull(parameter);
        }

        var text = StorableText.Of(value);
        Encoding.UTF8.GetBytes(text, SpaceFor(parameter, Encoding.UTF8.GetByteCount(text)));
        return this;
    }

    public override Statement BindUtf8(int parameter, ReadOnlySpan<byte> value) => BindBytes(parameter, value);

    public override Statement BindBytes(int parameter, ReadOnlySpan<byte> value)
    {
        value.CopyTo(SpaceFor(parameter, value.Length));
        return this;
    }

    public override Statement BindNull(int parameter)
    {
        _fields[parameter - 1].IsGiven = false;
        return this;
    }

    /// <summary>Adds the row.</summary>
    public override void Execute()
    {
        _session.StartCopying(this);
        var length = sizeof(short);
        foreach (ref readonly var field in _fields.AsSpan())
        {
            length += sizeof(int) + (field.IsGiven ? field.Length : 0);
        }

        Grow(length);
        var at = _rows.AsSpan(_used);
        BinaryPrimitives.WriteInt16BigEndian(at, (short)_fields.Length);
        at = at[sizeof(short)..];
        foreach (ref readonly var field in _fields.AsSpan())
        {
            BinaryPrimitives.WriteInt32BigEndian(at, field.IsGiven ? field.Length : -1);
            at = at[sizeof(int)..];
            if (field.IsGiven)
            {
                field.Bytes.AsSpan(0, field.Length).CopyTo(at);
                at = at[field.Length..];
            }
        }

        _used += length;
        _session.Copied(this);
    }

    /// <summary>Sends the rows.</summary>
    /// <exception cref="PostgresException">The server refuses one of them.</exception>
    public void Send(NpgsqlConnection connection)
    {
        Grow(sizeof(short));
        BinaryPrimitives.WriteInt16BigEndian(_rows.AsSpan(_used), -1);
        var rows = _rows.AsSpan(0, _used + sizeof(short));
        Drop();
        using var stream = connection.BeginRawBinaryCopy(_sql);
        stream.Write(rows);
    }

    /// <summary>Forgets the rows.</summary>
    public void Drop() => _used = FileHeaderBytes;

    protected override void Dispose(bool disposing)
    {
    }

    private Span<byte> SpaceFor(int parameter, int length)
    {
        ref var field = ref _fields[parameter - 1];
        if (field.Bytes is null || field.Bytes.Length < length)
        {
            field.Bytes = new byte[Math.Max(length, sizeof(long))];
        }

        (field.IsGiven, field.Length) = (true, length);
        return field.Bytes.AsSpan(0, length);
    }

    private void Grow(int by)
    {
        if (_rows.Length - _used < by)
        {
            Array.Resize(ref _rows, Math.Max(_used + by, _rows.Length * 2));
        }
    }

    private struct Field
    {
        public bool IsGiven;
        public int Length;
        public byte[]? Bytes;
    }
}
