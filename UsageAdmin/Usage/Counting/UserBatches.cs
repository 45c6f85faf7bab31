namespace UsageAdmin.Usage.Counting;

/// <summary>Collects records by block of users and counts those of a block together.</summary>
/// <param name="count">Counts records of one block.</param>
internal sealed class UserBatches<TRecord>(int users, Action<ReadOnlySpan<TRecord>> count)
    where TRecord : struct
{
    private const int Capacity = 512;

    private readonly TRecord[]?[] _batches = new TRecord[]?[UserBlocks.Count(users)];
    private readonly int[] _counts = new int[UserBlocks.Count(users)];

    public void Add(int user, in TRecord record)
    {
        var block = UserBlocks.Of(user);
        var batch = _batches[block] ??= new TRecord[Capacity];
        batch[_counts[block]++] = record;
        if (_counts[block] == Capacity)
        {
            Flush(block);
        }
    }

    /// <summary>Counts what is left.</summary>
    public void Flush()
    {
        for (var block = 0; block < _batches.Length; block++)
        {
            Flush(block);
        }
    }

    private void Flush(int block)
    {
        count(_batches[block].AsSpan(0, _counts[block]));
        _counts[block] = 0;
    }
}
