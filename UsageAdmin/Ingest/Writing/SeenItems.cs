using UsageAdmin.Data;
using UsageAdmin.Data.Schema;

namespace UsageAdmin.Ingest.Writing;

/// <summary>What an import's file holds, to tell what is gone at the source. One bit for each conversation of the workspace.</summary>
internal sealed class SeenItems
{
    private readonly HashSet<long> _people = [];
    private readonly HashSet<(EntityType, long)> _things = [];
    private readonly IdSet _conversations = new();

    /// <param name="isAlsoOwner">Whether the file says whose it is, so that it speaks for that person.</param>
    public void Add(long conversationNo, long userId, bool isAlsoOwner)
    {
        _conversations.Add(conversationNo);
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

    public bool Has(long conversationNo) => _conversations.Has(conversationNo);

    public bool Has(EntityType type, long id) => _things.Contains((type, id));

    /// <summary>Whether the file has a record of the person or a conversation of theirs.</summary>
    public bool HasPerson(long userId) => _people.Contains(userId);

    /// <summary>Whether the file lists things of this type at all.</summary>
    public bool HasAny(EntityType type) => _things.Any(thing => thing.Item1 == type);
}
