using UsageAdmin.Data.Schema;

namespace UsageAdmin.Ingest.Writing;

/// <summary>What an import's file holds, to tell what is gone at the source. One bit for each conversation of the workspace.</summary>
internal sealed class SeenItems
{
    private readonly HashSet<long> _people = [];
    private readonly HashSet<(EntityType, long)> _things = [];
    private ulong[] _conversations = new ulong[1024];

    /// <param name="isAlsoOwner">Whether the file says whose it is, so that it speaks for that person.</param>
    public void Add(long conversationNo, long userId, bool isAlsoOwner)
    {
        var word = conversationNo >> 6;
        if (word >= _conversations.Length)
        {
            Array.Resize(ref _conversations, (int)Math.Max(word + 1, _conversations.Length * 2L));
        }

        _conversations[word] |= 1UL << (int)(conversationNo & 63);
        if (isAlsoOwner)
        {
            _people.Add(userId);
        }
    }

    public void Add(EntityType type, long id)
    {
        _things.Add((type, id));
        if (type == EntityType.User)
        {
            _people.Add(id);
        }
    }

    public bool Has(long conversationNo)
    {
        var word = conversationNo >> 6;
        return word < _conversations.Length && (_conversations[word] & (1UL << (int)(conversationNo & 63))) != 0;
    }

    public bool Has(EntityType type, long id) => _things.Contains((type, id));

    /// <summary>Whether the file has a record of the person or a conversation of theirs.</summary>
    public bool HasPerson(long userId) => _people.Contains(userId);

    /// <summary>Whether the file lists things of this type at all.</summary>
    public bool HasAny(EntityType type) => _things.Any(thing => thing.Item1 == type);
}
