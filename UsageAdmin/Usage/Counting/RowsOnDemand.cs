using System.Collections;

namespace UsageAdmin.Usage.Counting;

/// <summary>Rows that are made each time they are asked for, so that nobody holds all of them.</summary>
internal sealed class RowsOnDemand<TRow>(IReadOnlyList<int> places, Func<int, TRow> make) : IReadOnlyList<TRow>
{
    public int Count => places.Count;

    public TRow this[int index] => make(places[index]);

    public IEnumerator<TRow> GetEnumerator() => places.Select(make).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
