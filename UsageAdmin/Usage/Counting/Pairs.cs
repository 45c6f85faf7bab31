using System.Numerics;

namespace UsageAdmin.Usage.Counting;

/// <summary>
/// A value for each user and thing that met: which user sent how many messages to which assistant. Memory grows with the
/// pairs that there are.
/// </summary>
/// <remarks>
/// An open table with linear probing, key and value side by side: finding a pair reads one place of memory, where a
/// dictionary reads three. Most of the time goes into waiting for memory.
/// </remarks>
internal sealed class Pairs<TValue>(int users, int things)
    where TValue : struct
{
    private const int Smallest = 256;

    /// <summary>Keys are one larger than the pair's number, so that 0 is a free slot.</summary>
    private (long Key, TValue Value)[] _slots = [];
    private int _count;
    private int _shift;
    private Pairs<TValue>? _others;
    private int[] _starts = [];
    private (int Thing, TValue Value)[] _byUser = [];

    /// <summary>The value of a pair, to be changed at once; the default one where they have not met.</summary>
    public ref TValue this[int user, int thing]
    {
        get
        {
            if (_count >= _slots.Length / 3 * 2)
            {
                Grow();
            }

            ref var slot = ref Find(((long)user * things) + thing + 1);
            if (slot.Key == 0)
            {
                slot.Key = ((long)user * things) + thing + 1;
                _count++;
            }

            return ref slot.Value;
        }
    }

    public IEnumerable<(int User, int Thing, TValue Value)> All =>
        _slots.Where(slot => slot.Key != 0)
            .Select(slot => ((int)((slot.Key - 1) / things), (int)((slot.Key - 1) % things), slot.Value))
            .Concat(_others?.All ?? []);

    /// <summary>Takes pairs of other users in.</summary>
    public void Join(Pairs<TValue> others)
    {
        var last = this;
        while (last._others is not null)
        {
            last = last._others;
        }

        last._others = others;
    }

    /// <summary>A user's things, after <see cref="Sort"/>.</summary>
    public ReadOnlySpan<(int Thing, TValue Value)> Of(int user) =>
        _byUser.AsSpan(_starts[user], _starts[user + 1] - _starts[user]);

    private ref (long Key, TValue Value) Find(long key)
    {
        var at = (int)(((ulong)key * 0x9E3779B97F4A7C15) >> _shift);
        while (_slots[at].Key != key && _slots[at].Key != 0)
        {
            at = (at + 1) & (_slots.Length - 1);
        }

        return ref _slots[at];
    }

    private void Grow()
    {
        var old = _slots;
        _slots = new (long, TValue)[Math.Max(Smallest, old.Length * 2)];
        _shift = 64 - BitOperations.Log2((uint)_slots.Length);
        foreach (ref var slot in old.AsSpan())
        {
            if (slot.Key != 0)
            {
                Find(slot.Key) = slot;
            }
        }
    }

    /// <summary>By user, for <see cref="Of"/>; when nothing is added any more.</summary>
    public void Sort()
    {
        var starts = new int[users + 2];
        for (var table = this; table is not null; table = table._others)
        {
            foreach (ref var slot in table._slots.AsSpan())
            {
                if (slot.Key != 0)
                {
                    starts[((slot.Key - 1) / things) + 2]++;
                }
            }
        }

        for (var i = 1; i < starts.Length; i++)
        {
            starts[i] += starts[i - 1];
        }

        _byUser = new (int, TValue)[starts[^1]];
        for (var table = this; table is not null; table = table._others)
        {
            foreach (ref var slot in table._slots.AsSpan())
            {
                if (slot.Key != 0)
                {
                    var (user, thing) = Math.DivRem(slot.Key - 1, things);
                    _byUser[starts[user + 1]++] = ((int)thing, slot.Value);
                }
            }
        }

        _starts = starts;
    }
}
