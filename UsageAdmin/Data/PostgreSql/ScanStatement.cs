using System.Buffers.Binary;
using System.Globalization;
using Npgsql;

namespace UsageAdmin.Data.PostgreSql;

/// <summary>
/// Rows that come by the server's binary <c>COPY</c> and are read where they lie. It holds its connection until the last row.
/// </summary>
internal sealed class ScanStatement(PostgreSqlSession session, string sql) : Statement, IOnLine
{
    private const int FileHeaderBytes = 19;

    private readonly NumberedParameters _numbered = new(sql);
    private long[]? _values;
    private (int Start, int Length)[] _fields = [];
    private byte[] _bytes = new byte[32 << 10];
    private int _next;
    private int _end;
    private SessionLine? _line;
    private NpgsqlRawCopyStream? _stream;
    private bool _isOver;

    public override Statement Bind(int parameter, long value)
    {
        (_values ??= new long[_numbered.Count])[_numbered.PlaceOf(parameter)] = value;
        return this;
    }

    public override Statement Bind(int parameter, long? value) => Bind(parameter, value ?? throw TakesNumbers());

    public override Statement Bind(int parameter, double? value) => throw TakesNumbers();

    public override Statement Bind(int parameter, string? value) => throw TakesNumbers();

    public override Statement BindUtf8(int parameter, ReadOnlySpan<byte> value) => throw TakesNumbers();

    public override Statement BindBytes(int parameter, ReadOnlySpan<byte> value) => throw TakesNumbers();

    public override Statement BindNull(int parameter) => throw TakesNumbers();

    public override void Execute() => throw new InvalidOperationException("A scan has rows.");

    public override bool Step()
    {
        if (_isOver)
        {
            return false;
        }

        if (_stream is null)
        {
            Start();
        }

        try
        {
            if (ReadRow())
            {
                return true;
            }

            // Behind the last row the server says whether all went well.
            while (_stream!.Read(_bytes) > 0)
            {
            }
        }
        catch
        {
            Close();
            throw;
        }

        Close();
        return false;
    }

    public override Statement Reset()
    {
        Close();
        _isOver = false;
        return this;
    }

    public override bool IsNull(int column) => _fields[column].Length < 0;

    public override object? Value(int column) => throw new NotSupportedException("The rows of a scan do not tell their types.");

    public override long Number(int column) => Field(column) switch
    {
        { Length: sizeof(long) } field => BinaryPrimitives.ReadInt64BigEndian(field),
        { Length: sizeof(int) } field => BinaryPrimitives.ReadInt32BigEndian(field),
        [var truth] => truth,
        _ => 0,
    };

    public override long? NullableNumber(int column) => IsNull(column) ? null : Number(column);

    public override double? NullableReal(int column) =>
        IsNull(column) ? null : BinaryPrimitives.ReadDoubleBigEndian(Field(column));

    public override ReadOnlySpan<byte> Utf8(int column) => Field(column);

    public void Abandon()
    {
        if (_stream is { } stream)
        {
            try
            {
                stream.Cancel();
            }
            catch (NpgsqlException)
            {
                // It was cancelled, or the connection is gone.
            }

            Close();
        }
    }

    protected override void Dispose(bool disposing) => Abandon();

    private static NotSupportedException TakesNumbers() => new("The parameters of a scan are whole numbers.");

    private ReadOnlySpan<byte> Field(int column)
    {
        var (start, length) = _fields[column];
        return length < 0 ? [] : _bytes.AsSpan(start, length);
    }

    private void Start()
    {
        var text = _numbered.Text;
        for (var place = _numbered.Count; place > 0; place--)
        {
            text = text.Replace(
                string.Create(CultureInfo.InvariantCulture, $"${place}"),
                string.Create(CultureInfo.InvariantCulture, $"CAST({_values![place - 1]} AS bigint)"), StringComparison.Ordinal);
        }

        _line = session.FreeLine(_numbered.Text);
        _stream = _line.Connection.BeginRawBinaryCopy($"COPY ({text}) TO STDOUT (FORMAT binary)");
        _line.Busy = this;
        (_next, _end) = (0, 0);
        Take(FileHeaderBytes);
    }

    /// <summary>Finds the next row's fields; false: there is none.</summary>
    private bool ReadRow()
    {
        // What was read is passed over; only a row that has come in part stays.
        _bytes.AsSpan(_next, _end - _next).CopyTo(_bytes);
        (_end, _next) = (_end - _next, 0);
        var count = BinaryPrimitives.ReadInt16BigEndian(Take(sizeof(short)));
        if (count < 0)
        {
            return false;
        }

        if (_fields.Length != count)
        {
            _fields = new (int, int)[count];
        }

        foreach (ref var field in _fields.AsSpan())
        {
            var length = BinaryPrimitives.ReadInt32BigEndian(Take(sizeof(int)));
            field = (_next, length);
            if (length > 0)
            {
                Take(length);
            }
        }

        return true;
    }

    /// <summary>The next bytes, which are waited for.</summary>
    /// <exception cref="NpgsqlException">The server broke off.</exception>
    private ReadOnlySpan<byte> Take(int length)
    {
        var start = _next;
        _next += length;
        if (_bytes.Length < _next)
        {
            Array.Resize(ref _bytes, Math.Max(_next, _bytes.Length * 2));
        }

        while (_end < _next)
        {
            var read = _stream!.Read(_bytes.AsSpan(_end));
            _end += read > 0 ? read : throw new NpgsqlException("The rows ended before their end mark.");
        }

        return _bytes.AsSpan(start, length);
    }

    private void Close()
    {
        _stream?.Dispose();
        (_stream, _isOver) = (null, true);
        _line?.Busy = null;
        _line = null;
    }
}
