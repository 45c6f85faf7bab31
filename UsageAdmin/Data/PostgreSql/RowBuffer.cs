using System.Data.Common;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using Npgsql;

namespace UsageAdmin.Data.PostgreSql;

/// <summary>
/// Rows that have been fetched, so that the connection is free for other statements while these are read: numbers as they
/// are, texts and blobs as bytes one behind the other.
/// </summary>
internal sealed class RowBuffer
{
    private const int MostRows = 4096;
    private const int MostBytes = 256 << 10;

    private readonly List<Cell> _cells = [];
    private byte[] _bytes = [];
    private int _used;
    private int _rows;
    private int _row = -1;
    private Kind[] _kinds = [];

    private enum Kind : byte
    {
        Null,
        Number,
        Real,
        Bytes,
        Truth,
        Decimal,
    }

    public bool HasRoom => _rows < MostRows && _used < MostBytes;

    /// <summary>A number as its digits.</summary>
    public ReadOnlySpan<byte> Bytes(int column) => Current(column) switch
    {
        { Kind: Kind.Bytes } cell => _bytes.AsSpan((int)cell.Number, cell.Length),
        { Kind: Kind.Number } cell => Encoding.ASCII.GetBytes(cell.Number.ToString(CultureInfo.InvariantCulture)),
        _ => [],
    };

    public bool IsNull(int column) => Current(column).Kind == Kind.Null;

    public bool IsNumber(int column) => Current(column).Kind == Kind.Number;

    /// <summary>0 for null.</summary>
    public long Number(int column) => Current(column) switch
    {
        { Kind: Kind.Number } cell => cell.Number,
        { Kind: Kind.Real } cell => (long)BitConverter.Int64BitsToDouble(cell.Number),
        _ => 0,
    };

    public double Real(int column) => Current(column) switch
    {
        { Kind: Kind.Real } cell => BitConverter.Int64BitsToDouble(cell.Number),
        { Kind: Kind.Number } cell => cell.Number,
        _ => 0,
    };

    /// <summary>Moves to the next row that is here.</summary>
    public bool MoveNext() => _row + 1 < _rows && ++_row >= 0;

    /// <summary>For the rows of another reader.</summary>
    public void Start(NpgsqlDataReader reader)
    {
        Clear();
        if (_kinds.Length != reader.FieldCount)
        {
            _kinds = new Kind[reader.FieldCount];
        }

        for (var column = 0; column < _kinds.Length; column++)
        {
            _kinds[column] = KindOf(reader, column);
        }
    }

    public void Clear()
    {
        _cells.Clear();
        (_used, _rows, _row) = (0, 0, -1);
    }

    /// <summary>Takes the reader's row, behind those that are here.</summary>
    public void Add(NpgsqlDataReader reader)
    {
        for (var column = 0; column < _kinds.Length; column++)
        {
            _cells.Add(reader.IsDBNull(column) ? default : _kinds[column] switch
            {
                Kind.Number => new Cell(Kind.Number, reader.GetInt64(column)),
                Kind.Real => new Cell(Kind.Real, BitConverter.DoubleToInt64Bits(reader.GetDouble(column))),
                Kind.Truth => new Cell(Kind.Number, reader.GetBoolean(column) ? 1 : 0),
                Kind.Decimal => new Cell(Kind.Number, decimal.ToInt64(reader.GetDecimal(column))),
                _ => Keep(reader, column),
            });
        }

        _rows++;
    }

    /// <summary>Types that columns of this program have, and what its SQL makes of them.</summary>
    private static Kind KindOf(DbDataReader reader, int column)
    {
        var type = reader.GetDataTypeName(column);
        return type switch
        {
            "bigint" or "integer" or "smallint" => Kind.Number,
            "double precision" or "real" => Kind.Real,
            "boolean" => Kind.Truth,

            // A sum of whole numbers.
            "numeric" => Kind.Decimal,
            _ => Kind.Bytes,
        };
    }

    private Cell Keep(NpgsqlDataReader reader, int column)
    {
        var length = checked((int)reader.GetBytes(column, 0, null, 0, 0));
        if (_bytes.Length - _used < length)
        {
            Array.Resize(ref _bytes, Math.Max(_used + length, Math.Max(_bytes.Length * 2, 4096)));
        }

        var at = _used;
        if (length > 0)
        {
            reader.GetBytes(column, 0, _bytes, at, length);
        }

        _used += length;
        return new Cell(Kind.Bytes, at, length);
    }

    /// <summary>Null for a column that the statement does not have, as on SQLite.</summary>
    private Cell Current(int column) =>
        column < _kinds.Length ? CollectionsMarshal.AsSpan(_cells)[(_row * _kinds.Length) + column] : default;

    /// <param name="Number">Of bytes: where they start.</param>
    private readonly record struct Cell(Kind Kind, long Number, int Length = 0);
}
