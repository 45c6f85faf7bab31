namespace UsageAdmin.Data;

/// <summary>Places of ids in dense arrays. Ids of one kind lie close together, so an array finds them; else a dictionary.</summary>
internal sealed class Indexes
{
    private const long MostSpread = 4_000_000;

    private readonly long _smallest;
    private readonly int[] _places = [];
    private readonly Dictionary<long, int>? _scattered;

    public Indexes(IReadOnlyList<long> ids)
    {
        if (ids.Count == 0)
        {
            return;
        }

        _smallest = ids.Min();
        var spread = ids.Max() - _smallest + 1;
        if (spread > MostSpread)
        {
            _scattered = ids.Select((id, place) => (id, place)).ToDictionary(p => p.id, p => p.place);
            return;
        }

        _places = new int[spread];
        Array.Fill(_places, -1);
        for (var place = 0; place < ids.Count; place++)
        {
            _places[ids[place] - _smallest] = place;
        }
    }

    /// <summary>About how much memory it takes.</summary>
    public long Bytes => _scattered is null ? sizeof(int) * (long)_places.Length : 40L * _scattered.Count;

    /// <summary>The place of the id; −1: it has none.</summary>
    public int Of(long id)
    {
        if (_scattered is not null)
        {
            return _scattered.GetValueOrDefault(id, -1);
        }

        var offset = id - _smallest;
        return (ulong)offset < (ulong)_places.Length ? _places[offset] : -1;
    }
}
