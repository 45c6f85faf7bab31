using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;

namespace UsageAdmin.Data.Sqlite;

/// <summary>
/// New rows of one table, which wait until there are enough for one statement: that finds the end of the table once instead of
/// once for each row. Every column of a row is bound.
/// </summary>
internal sealed unsafe class SqliteInsertion : Insertion
{
    /// <summary>Rows of one statement; more are no faster.</summary>
    private const int Together = 8;

    private const int UsualBytes = 16 << 10;

    /// <summary>Rows with more bytes than this go at once.</summary>
    private const int MostBytes = 256 << 10;

    private const int KeptBytes = 4 * MostBytes;

    private readonly SqliteSession _session;
    private readonly string _into;
    private readonly int _columns;

    /// <summary>Of the rows that wait, and behind them of the one that is being bound.</summary>
    private readonly Cell[] _cells;

    private SqliteStatement? _several;
    private SqliteStatement? _single;

    /// <summary>Pinned, unless it is empty.</summary>
    private byte[] _bytes = [];

    private int _used;

    /// <summary>Of the bytes used, those of rows that wait.</summary>
    private int _waiting;

    public SqliteInsertion(SqliteSession session, string table, string[] columns) : base(table)
    {
        _session = session;
        _columns = columns.Length;
        _cells = new Cell[Together * _columns];
        _into = $"INTO {table} ({string.Join(", ", columns)}) VALUES";
    }

    /// <summary>Rows that wait.</summary>
    public int Rows { get; private set; }

    public override Statement Bind(int parameter, long value) => Set(parameter, new Cell(CellKind.Number, value));

    public override Statement Bind(int parameter, double? value) => value is { } known
        ? Set(parameter, new Cell(CellKind.Real, BitConverter.DoubleToInt64Bits(known)))
        : BindNull(parameter);

    public override Statement Bind(int parameter, string? value)
    {
        if (value is null)
        {
            return BindNull(parameter);
        }

        var most = value.Length < UsualBytes ? Encoding.UTF8.GetMaxByteCount(value.Length) : Encoding.UTF8.GetByteCount(value);
        var length = Encoding.UTF8.GetBytes(value, Space(most));
        return Take(parameter, CellKind.Text, length);
    }

    public override Statement BindUtf8(int parameter, ReadOnlySpan<byte> value)
    {
        value.CopyTo(Space(value.Length));
        return Take(parameter, CellKind.Text, value.Length);
    }

    public override Statement BindBytes(int parameter, ReadOnlySpan<byte> value)
    {
        value.CopyTo(Space(value.Length));
        return Take(parameter, CellKind.Blob, value.Length);
    }

    public override Statement BindNull(int parameter) => Set(parameter, new Cell(CellKind.Null, 0));

    /// <summary>Adds the row.</summary>
    public override void Execute()
    {
        _session.RequireTransaction();
        Rows++;
        _waiting = _used;
        if (Rows == Together || _used > MostBytes)
        {
            Send();
        }
    }

    /// <summary>Inserts the rows that wait. One that is being bound goes on.</summary>
    /// <exception cref="Microsoft.Data.Sqlite.SqliteException">SQLite refuses one of them.</exception>
    public void Send()
    {
        if (Rows == 0)
        {
            return;
        }

        if (Rows == Together)
        {
            Insert(_several ??= _session.Own(Several()), _cells);
        }
        else
        {
            _single ??= _session.Own($"INSERT {_into} ({SqlDialect.Values(_columns)})");
            for (var row = 0; row < Rows; row++)
            {
                Insert(_single, _cells.AsSpan(row * _columns, _columns));
            }
        }

        MoveUp();
    }

    /// <summary>Forgets all rows, also one that is being bound.</summary>
    public void Drop()
    {
        Array.Clear(_cells);
        (Rows, _used, _waiting) = (0, 0, 0);
        if (_bytes.Length > KeptBytes)
        {
            _bytes = [];
        }
    }

    protected override void Dispose(bool disposing)
    {
        _several?.Dispose();
        _single?.Dispose();
    }

    /// <remarks>
    /// OR FAIL: otherwise SQLite keeps a copy of each page, to take back the rows of a statement whose last one it refuses. Here
    /// the whole transaction is taken back.
    /// </remarks>
    private string Several()
    {
        var rows = Enumerable.Range(0, Together).Select(row => $"({SqlDialect.Values(_columns, row * _columns + 1)})");
        return $"INSERT OR FAIL {_into} {string.Join(", ", rows)}";
    }

    /// <summary>The row that is being bound takes the place of those that waited.</summary>
    private void MoveUp()
    {
        var begun = Rows < Together ? _cells.AsSpan(Rows * _columns, _columns).ToArray() : [];
        var bytes = _bytes.AsSpan(_waiting, _used - _waiting).ToArray();
        var before = _waiting;
        Drop();
        bytes.CopyTo(Space(bytes.Length));
        _used = bytes.Length;
        for (var i = 0; i < begun.Length; i++)
        {
            var isText = begun[i].Kind is CellKind.Text or CellKind.Blob;
            _cells[i] = isText ? begun[i] with { Number = begun[i].Number - before } : begun[i];
        }
    }

    private void Insert(SqliteStatement statement, ReadOnlySpan<Cell> cells)
    {
        var bytes = (byte*)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(_bytes));
        for (var i = 0; i < cells.Length; i++)
        {
            ref readonly var cell = ref cells[i];
            var parameter = i + 1;
            switch (cell.Kind)
            {
                case CellKind.Number:
                    statement.Bind(parameter, cell.Number);
                    break;
                case CellKind.Null:
                    statement.BindNull(parameter);
                    break;
                case CellKind.Real:
                    statement.Bind(parameter, BitConverter.Int64BitsToDouble(cell.Number));
                    break;
                case CellKind.Text:
                    statement.BindTextInPlace(parameter, bytes + cell.Number, cell.Length);
                    break;
                case CellKind.Blob:
                    statement.BindBytes(parameter, new ReadOnlySpan<byte>(bytes + cell.Number, cell.Length));
                    break;
                default:
                    throw new InvalidOperationException($"Column {i % _columns + 1} of a new row of {Table} was not bound.");
            }
        }

        statement.Execute();
    }

    private SqliteInsertion Set(int parameter, Cell cell)
    {
        _cells[Rows * _columns + parameter - 1] = cell;
        return this;
    }

    /// <summary>Room behind the bytes that wait.</summary>
    private Span<byte> Space(int length)
    {
        if (_bytes.Length - _used < length)
        {
            var larger = GC.AllocateUninitializedArray<byte>(
                Math.Max(checked(_used + length), Math.Max(UsualBytes, _bytes.Length * 2)), pinned: true);
            _bytes.AsSpan(0, _used).CopyTo(larger);
            _bytes = larger;
        }

        return _bytes.AsSpan(_used, length);
    }

    private SqliteInsertion Take(int parameter, CellKind kind, int length)
    {
        Set(parameter, new Cell(kind, _used, length));
        _used += length;
        return this;
    }

    private enum CellKind : byte
    {
        Missing,
        Null,
        Number,
        Real,
        Text,
        Blob,
    }

    /// <param name="Number">The number, a real one's bits, or where the bytes start.</param>
    private readonly record struct Cell(CellKind Kind, long Number, int Length = 0);
}
