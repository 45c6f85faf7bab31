namespace UsageAdmin.Data;

/// <summary>Ids of one kind, which are given one after the other from 1: a bit for each up to the largest.</summary>
internal sealed class IdSet
{
    private ulong[] _words = new ulong[64];

    public int Count => Bits.Count(_words);

    public void Add(long id)
    {
        var word = id >> 6;
        if (word >= _words.Length)
        {
            Array.Resize(ref _words, (int)Math.Max(word + 1, _words.Length * 2L));
        }

        _words[word] |= 1UL << (int)(id & 63);
    }

    public bool Has(long id)
    {
        var word = id >> 6;
        return word < _words.Length && (_words[word] & (1UL << (int)(id & 63))) != 0;
    }
}
