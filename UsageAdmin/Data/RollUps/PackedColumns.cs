using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace UsageAdmin.Data.RollUps;

/// <summary>
/// Columns of whole numbers as bytes: each column as its smallest value and, for every row, the difference to it in as few
/// bytes as the largest difference needs. A column in which all rows are equal takes nine bytes.
/// </summary>
/// <remarks>
/// Little-endian. A 32-bit number of rows; then per column its smallest value (64 bits), a width of 0, 1, 2, 4 or 8 (8 bits)
/// and rows × width bytes.
/// </remarks>
public static class PackedColumns
{
    private const int ColumnHeader = sizeof(long) + 1;

    /// <param name="columns">Each with at least <paramref name="rows"/> values.</param>
    public static byte[] Pack(int rows, IReadOnlyList<long[]> columns)
    {
        var shapes = columns.Select(column => Shape.Of(column.AsSpan(0, rows))).ToArray();
        var packed = new byte[sizeof(int) + shapes.Sum(s => ColumnHeader + (rows * s.Width))];
        BinaryPrimitives.WriteInt32LittleEndian(packed, rows);
        var rest = packed.AsSpan(sizeof(int));
        Span<byte> difference = stackalloc byte[sizeof(long)];
        foreach (var (column, shape) in columns.Zip(shapes))
        {
            BinaryPrimitives.WriteInt64LittleEndian(rest, shape.Smallest);
            rest[sizeof(long)] = (byte)shape.Width;
            rest = rest[ColumnHeader..];
            for (var row = 0; row < rows && shape.Width > 0; row++)
            {
                BinaryPrimitives.WriteInt64LittleEndian(difference, column[row] - shape.Smallest);
                difference[..shape.Width].CopyTo(rest);
                rest = rest[shape.Width..];
            }
        }

        return packed;
    }

    public static int Rows(ReadOnlySpan<byte> packed) => BinaryPrimitives.ReadInt32LittleEndian(packed);

    /// <summary>Unpacks one column into an array that has room for all rows.</summary>
    public static void Unpack(ReadOnlySpan<byte> packed, int column, long[] into)
    {
        Span<int> starts = stackalloc int[column + 1];
        FindStarts(packed, starts);
        Unpack(packed, starts[column], 0, into.AsSpan(0, Rows(packed)));
    }

    /// <summary>Finds where the first columns begin, in bytes.</summary>
    public static void FindStarts(ReadOnlySpan<byte> packed, Span<int> starts)
    {
        var rows = Rows(packed);
        var start = sizeof(int);
        for (var column = 0; column < starts.Length; column++)
        {
            starts[column] = start;
            start += ColumnHeader + (rows * packed[start + sizeof(long)]);
        }
    }

    /// <summary>Unpacks as many rows of a column as there is room for.</summary>
    /// <param name="start">Where the column begins, as from <see cref="FindStarts"/>.</param>
    public static void Unpack(ReadOnlySpan<byte> packed, int start, int firstRow, Span<long> into)
    {
        var width = packed[start + sizeof(long)];
        Unpack(
            packed.Slice(start + ColumnHeader + (firstRow * width), into.Length * width), width,
            BinaryPrimitives.ReadInt64LittleEndian(packed[start..]), into);
    }

    private static void Unpack(ReadOnlySpan<byte> values, int width, long smallest, Span<long> column)
    {
        switch (width)
        {
            case 0:
                column.Fill(smallest);
                break;
            case 1:
                for (var row = 0; row < column.Length; row++)
                {
                    column[row] = smallest + values[row];
                }

                break;
            case 2:
                var shorts = MemoryMarshal.Cast<byte, ushort>(values);
                for (var row = 0; row < column.Length; row++)
                {
                    column[row] = smallest + shorts[row];
                }

                break;
            case 4:
                var ints = MemoryMarshal.Cast<byte, uint>(values);
                for (var row = 0; row < column.Length; row++)
                {
                    column[row] = smallest + ints[row];
                }

                break;
            default:
                var longs = MemoryMarshal.Cast<byte, long>(values);
                for (var row = 0; row < column.Length; row++)
                {
                    column[row] = smallest + longs[row];
                }

                break;
        }
    }

    private readonly record struct Shape(long Smallest, int Width)
    {
        public static Shape Of(ReadOnlySpan<long> column)
        {
            if (column.IsEmpty)
            {
                return new Shape(0, 0);
            }

            var (smallest, largest) = (column[0], column[0]);
            foreach (var value in column)
            {
                smallest = Math.Min(smallest, value);
                largest = Math.Max(largest, value);
            }

            return new Shape(smallest, unchecked((ulong)(largest - smallest)) switch
            {
                0 => 0,
                <= byte.MaxValue => 1,
                <= ushort.MaxValue => 2,
                <= uint.MaxValue => 4,
                _ => 8,
            });
        }
    }
}
