using System.Runtime.InteropServices;

namespace UsageAdmin.Usage.Counting;

/// <summary>Ids and names under which things of one kind are shown at a period's end.</summary>
internal sealed class Shown(MergedPlaces merged, Func<int, string> idOf, Func<int, string?> nameOf)
{
    public MergedPlaces Merged => merged;

    public string Id(int place) => merged.Places.Contains(place) ? MergedPlaces.Other : idOf(place);

    public string? Name(int place) => merged.Places.Contains(place) ? null : nameOf(place);

    /// <summary>What somebody used, most first, then by key. Merged ones are one.</summary>
    public IReadOnlyList<UsageCount> Counts(ReadOnlySpan<(int Place, long Count)> used)
    {
        var counts = new List<UsageCount>(used.Length);
        var other = 0L;
        foreach (var (place, count) in used)
        {
            if (merged.Places.Contains(place))
            {
                other += count;
            }
            else if (count > 0)
            {
                counts.Add(new UsageCount(idOf(place), nameOf(place), count));
            }
        }

        if (other > 0)
        {
            counts.Add(new UsageCount(MergedPlaces.Other, null, other));
        }

        return Sorted(counts);
    }

    public static IReadOnlyList<UsageCount> Sorted(List<UsageCount> counts)
    {
        CollectionsMarshal.AsSpan(counts).Sort(static (a, b) =>
            a.Count != b.Count ? b.Count.CompareTo(a.Count) : string.CompareOrdinal(a.Key, b.Key));
        return counts;
    }
}
