using System.Buffers;
using System.Buffers.Text;
using System.Text.Unicode;

namespace UsageAdmin.Exports.Tables;

/// <summary>Collects UTF-8 in one block and hands full blocks to a stream. Nothing is culture-dependent.</summary>
/// <remarks>
/// Not disposable: what fails stays unfinished. <see cref="Flush"/> is the last line of a writer that succeeded.
/// </remarks>
internal sealed class Utf8Output(Stream destination)
{
    private const int BlockSize = 64 * 1024;

    private readonly byte[] _block = new byte[BlockSize];
    private int _used;

    public void Raw(ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length > BlockSize - _used)
        {
            var part = bytes[..(BlockSize - _used)];
            part.CopyTo(_block.AsSpan(_used));
            _used = BlockSize;
            bytes = bytes[part.Length..];
            Flush();
        }

        bytes.CopyTo(_block.AsSpan(_used));
        _used += bytes.Length;
    }

    /// <summary>Characters as they are. An unpaired surrogate becomes U+FFFD.</summary>
    public void Text(ReadOnlySpan<char> text)
    {
        while (true)
        {
            // It stops before a character that has no room, never within one.
            Utf8.FromUtf16(text, _block.AsSpan(_used), out var read, out var written);
            _used += written;
            text = text[read..];
            if (text.IsEmpty)
            {
                return;
            }

            Flush();
        }
    }

    /// <summary>As <see cref="Text"/>, with each quotation mark twice.</summary>
    public void Doubled(ReadOnlySpan<char> text)
    {
        while (!text.IsEmpty)
        {
            var read = Ascii(text);
            text = text[read..];
            if (text.IsEmpty)
            {
                return;
            }

            if (text[0] < 0x80)
            {
                Flush();
                continue;
            }

            var ascii = text.IndexOfAnyInRange('\0', '\x7f');
            Text(ascii < 0 ? text : text[..ascii]);
            text = ascii < 0 ? default : text[ascii..];
        }
    }

    public void Integer(long number)
    {
        Utf8Formatter.TryFormat(number, Reserve(20), out var written);
        _used += written;
    }

    /// <summary>Always with that many places, rounded half away from zero, never <c>-0</c>.</summary>
    public void Decimal(decimal number, int places)
    {
        var rounded = Math.Round(number, places, MidpointRounding.AwayFromZero);
        Utf8Formatter.TryFormat(
            rounded == 0 ? 0 : rounded, Reserve(40), out var written, new StandardFormat('F', (byte)places));
        _used += written;
    }

    /// <summary><c>YYYY-MM-DD</c>.</summary>
    public void Date(DateOnly date)
    {
        var target = Reserve(10);
        Digits(target, date.Year, 4);
        target[4] = (byte)'-';
        Digits(target[5..], date.Month, 2);
        target[7] = (byte)'-';
        Digits(target[8..], date.Day, 2);
        _used += 10;
    }

    public void Flush()
    {
        destination.Write(_block, 0, _used);
        _used = 0;
    }

    /// <summary>Up to the first other character, or until the block is full.</summary>
    /// <returns>How many were taken.</returns>
    private int Ascii(ReadOnlySpan<char> text)
    {
        var target = _block.AsSpan(_used);
        var written = 0;
        var read = 0;
        while (read < text.Length && text[read] < 0x80 && written + 2 <= target.Length)
        {
            var c = (byte)text[read++];
            target[written++] = c;
            if (c == (byte)'"')
            {
                target[written++] = c;
            }
        }

        _used += written;
        return read;
    }

    private Span<byte> Reserve(int size)
    {
        if (BlockSize - _used < size)
        {
            Flush();
        }

        return _block.AsSpan(_used);
    }

    private static void Digits(Span<byte> target, int number, int count)
    {
        for (var i = count - 1; i >= 0; i--)
        {
            target[i] = (byte)('0' + (number % 10));
            number /= 10;
        }
    }
}
