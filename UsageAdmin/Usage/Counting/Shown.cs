using System.Runtime.InteropServices;

namespace UsageAdmin.Usage.Counting;

/// <summary>
/// Ids and names under which things of one kind are shown at a period's end. Those with one id, the merged ones among them,
/// are one thing.
/// </summary>
internal sealed class Shown
{
    private const int MostOnStack = 256;

    private readonly UsageCount[] _byOrder;
    private readonly int[] _orders;

    public Shown(MergedPlaces merged, int places, Func<int, string> idOf, Func<int, string?> nameOf)
    {
        Merged = merged;
        var byId = Enumerable.Range(0, places).GroupBy(place => merged.Places.Contains(place) ? MergedPlaces.Other : idOf(place))
            .OrderBy(group => group.Key, StringComparer.Ordinal).ToArray();
        _byOrder = Array.ConvertAll(byId, group => new UsageCount(
            group.Key, merged.Places.Contains(group.First()) ? null : nameOf(group.First()), 0));
        _orders = new int[places];
        for (var order = 0; order < byId.Length; order++)
        {
            foreach (var place in byId[order])
            {
                _orders[place] = order;
            }
        }
    }

    public MergedPlaces Merged { get; }

    public string Id(int place) => _byOrder[_orders[place]].Key;

    public string? Name(int place) => _byOrder[_orders[place]].Name;

    /// <summary>By id: equal ones are one thing.</summary>
    public int Order(int place) => _orders[place];

    public string IdAt(int order) => _byOrder[order].Key;

    /// <summary>What somebody used, most first, then by key.</summary>
    public IReadOnlyList<UsageCount> Counts(ReadOnlySpan<(int Place, long Count)> used)
    {
        var found = used.Length <= MostOnStack
            ? stackalloc (int Order, long Count)[used.Length]
            : new (int Order, long Count)[used.Length];
        for (var i = 0; i < used.Length; i++)
        {
            found[i] = (_orders[used[i].Place], used[i].Count);
        }

        found = Joined(found);
        found.Sort(static (a, b) => a.Count != b.Count ? b.Count.CompareTo(a.Count) : a.Order.CompareTo(b.Order));
        var counts = found.Length == 0 ? [] : new UsageCount[found.Length];
        for (var i = 0; i < counts.Length; i++)
        {
            counts[i] = _byOrder[found[i].Order] with { Count = found[i].Count };
        }

        return counts;
    }

    public static IReadOnlyList<UsageCount> Sorted(List<UsageCount> counts)
    {
        CollectionsMarshal.AsSpan(counts).Sort(static (a, b) =>
            a.Count != b.Count ? b.Count.CompareTo(a.Count) : string.CompareOrdinal(a.Key, b.Key));
        return counts;
    }

    /// <summary>One entry for each order that has a count, by order.</summary>
    private static Span<(int Order, long Count)> Joined(Span<(int Order, long Count)> found)
    {
        found.Sort(static (a, b) => a.Order.CompareTo(b.Order));
        var kept = 0;
        foreach (var (order, count) in found)
        {
            if (count == 0)
            {
                continue;
            }

            if (kept > 0 && found[kept - 1].Order == order)
            {
                found[kept - 1].Count += count;
            }
            else
            {
                found[kept++] = (order, count);
            }
        }

        return found[..kept];
    }
}
