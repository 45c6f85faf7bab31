using System.Numerics;

namespace UsageAdmin.Usage.Counting;

/// <summary>
/// A value for each user and thing that met: which user sent how many messages to which assistant. Memory grows with the
/// pairs that there are. Several threads may change pairs of different blocks of users.
/// </summary>
/// <remarks>
/// A table for each block, open, with linear probing, key and value side by side: finding a pair reads one place of memory
/// near those of the block's other pairs, where a dictionary reads three anywhere.
/// </remarks>
internal sealed class Pairs<TValue>(int users, int things)
    where TValue : struct
{
    private readonly Table?[] _tables = new Table?[UserBlocks.Count(users)];

    /// <summary>The value of a pair, to be changed at once; the default one where they have not met.</summary>
    public ref TValue this[int user, int thing] =>
        ref (_tables[UserBlocks.Of(user)] ??= new Table(things))[((long)UserBlocks.PlaceIn(user) * things) + thing];

    public IEnumerable<(int User, int Thing, TValue Value)> All => _tables.SelectMany((table, block) =>
        (table?.All ?? []).Select(pair => (
            (block * UserBlocks.Size) + (int)(pair.Number / things), (int)(pair.Number % things), pair.Value)));

    /// <summary>A user's things, after <see cref="Sort"/>.</summary>
    public ReadOnlySpan<(int Thing, TValue Value)> Of(int user) =>
        _tables[UserBlocks.Of(user)] is { } table ? table.Of(UserBlocks.PlaceIn(user)) : default;

    /// <summary>By user, for <see cref="Of"/>; when nothing is added any more.</summary>
    public void Sort() => Parallel.ForEach(_tables, table => table?.Sort(things));

    private sealed class Table
    {
        private const int Smallest = 64;

        /// <summary>Where there are so few things, most users meet most of them: each pair has a place of its own.</summary>
        private const int Few = 16;

        /// <summary>Keys are one larger than the pair's number, so that 0 is a free slot.</summary>
        private (long Key, TValue Value)[] _slots = [];
        private readonly bool _hasAllPairs;
        private int _count;
        private int _shift;
        private int[] _starts = [];
        private (int Thing, TValue Value)[] _byUser = [];

        public Table(int things)
        {
            _hasAllPairs = things <= Few;
            if (_hasAllPairs)
            {
                _slots = new (long, TValue)[UserBlocks.Size * things];
            }
        }

        public IEnumerable<(long Number, TValue Value)> All =>
            _slots.Where(slot => slot.Key != 0).Select(slot => (slot.Key - 1, slot.Value));

        public ref TValue this[long number]
        {
            get
            {
                if (!_hasAllPairs && _count >= _slots.Length / 3 * 2)
                {
                    Grow();
                }

                ref var slot = ref Find(number + 1);
                if (slot.Key == 0)
                {
                    slot.Key = number + 1;
                    _count++;
                }

                return ref slot.Value;
            }
        }

        public ReadOnlySpan<(int Thing, TValue Value)> Of(int user) =>
            _byUser.AsSpan(_starts[user], _starts[user + 1] - _starts[user]);

        public void Sort(int things)
        {
            var starts = new int[UserBlocks.Size + 2];
            foreach (ref var slot in _slots.AsSpan())
            {
                if (slot.Key != 0)
                {
                    starts[((slot.Key - 1) / things) + 2]++;
                }
            }

            for (var i = 1; i < starts.Length; i++)
            {
                starts[i] += starts[i - 1];
            }

            _byUser = new (int, TValue)[_count];
            foreach (ref var slot in _slots.AsSpan())
            {
                if (slot.Key != 0)
                {
                    var (user, thing) = Math.DivRem(slot.Key - 1, things);
                    _byUser[starts[user + 1]++] = ((int)thing, slot.Value);
                }
            }

            _starts = starts;
        }

        private ref (long Key, TValue Value) Find(long key)
        {
            if (_hasAllPairs)
            {
                return ref _slots[key - 1];
            }

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
    }
}
