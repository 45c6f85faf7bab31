using System.Numerics;

namespace UsageAdmin.Data;

/// <summary>Rows of bits of one length: who used an app, on which days somebody was active.</summary>
internal sealed class Bits(int rows, int columns)
{
    private readonly int _stride = (columns + 63) / 64;
    private readonly ulong[] _words = new ulong[(long)rows * ((columns + 63) / 64)];

    public long Bytes => sizeof(ulong) * (long)_words.Length;

    public bool this[int row, int column] => (_words[(row * _stride) + (column >> 6)] & (1UL << column)) != 0;

    /// <returns>Whether it was not set before.</returns>
    public bool Set(int row, int column)
    {
        ref var word = ref _words[(row * _stride) + (column >> 6)];
        var bit = 1UL << column;
        var isNew = (word & bit) == 0;
        word |= bit;
        return isNew;
    }

    /// <summary><see cref="Set"/> for several threads.</summary>
    public bool SetShared(int row, int column)
    {
        ref var word = ref _words[(row * _stride) + (column >> 6)];
        var bit = 1UL << column;
        return (Volatile.Read(ref word) & bit) == 0 && (Interlocked.Or(ref word, bit) & bit) == 0;
    }

    public ReadOnlySpan<ulong> Row(int row) => _words.AsSpan(row * _stride, _stride);

    public int Count(int row) => Count(Row(row));

    public static int Count(ReadOnlySpan<ulong> words)
    {
        var count = 0;
        foreach (var word in words)
        {
            count += BitOperations.PopCount(word);
        }

        return count;
    }

    /// <summary>How many columns are set in any of the rows.</summary>
    public int CountAll(IEnumerable<int> rows)
    {
        var words = new ulong[_stride];
        foreach (var row in rows)
        {
            Join(row, words);
        }

        return Count(words);
    }

    /// <summary>The last column that is set; −1: none.</summary>
    public int Last(int row)
    {
        var words = Row(row);
        for (var i = words.Length - 1; i >= 0; i--)
        {
            if (words[i] != 0)
            {
                return (i * 64) + 63 - BitOperations.LeadingZeroCount(words[i]);
            }
        }

        return -1;
    }

    /// <summary>The first column that is set; −1: none.</summary>
    public int First(int row)
    {
        var words = Row(row);
        for (var i = 0; i < words.Length; i++)
        {
            if (words[i] != 0)
            {
                return (i * 64) + BitOperations.TrailingZeroCount(words[i]);
            }
        }

        return -1;
    }

    /// <summary>An empty row to join others into.</summary>
    public ulong[] Empty() => new ulong[_stride];

    public void Join(int row, ulong[] into)
    {
        var words = Row(row);
        for (var i = 0; i < words.Length; i++)
        {
            into[i] |= words[i];
        }
    }

    /// <summary>Sets what is set in other bits with as many rows.</summary>
    /// <param name="at">The column that their first column stands for.</param>
    public void Join(Bits other, int at)
    {
        var rows = _stride == 0 ? 0 : _words.Length / _stride;
        for (var row = 0; row < rows; row++)
        {
            var words = other.Row(row);
            for (var i = 0; i < words.Length; i++)
            {
                if (words[i] != 0)
                {
                    var target = (row * _stride) + (((i * 64) + at) >> 6);
                    _words[target] |= words[i] << at;
                    if ((at & 63) != 0 && words[i] >> (64 - (at & 63)) is var rest and not 0)
                    {
                        _words[target + 1] |= rest;
                    }
                }
            }
        }
    }
}
