namespace UsageAdmin.Analytics.Counting;

/// <summary>Durations of conversations by app, eight bytes each.</summary>
internal sealed class Durations
{
    private const int Bits = 44;

    private readonly List<long> _packed = [];
    private bool _isSorted;

    /// <param name="milliseconds">Not negative; what is longer than 500 years counts as that.</param>
    public void Add(int app, long milliseconds)
    {
        _packed.Add(((long)app << Bits) | Math.Min(milliseconds, (1L << Bits) - 1));
        _isSorted = false;
    }

    /// <summary>Mean and median of the apps together in seconds, two decimals, half away from zero; null: none.</summary>
    public (decimal? Average, decimal? Median) Of(IReadOnlyList<int> apps)
    {
        var all = new List<long>();
        foreach (var app in apps)
        {
            all.AddRange(Of(app));
        }

        if (all.Count == 0)
        {
            return (null, null);
        }

        if (apps.Count > 1)
        {
            all.Sort();
        }

        var middle = (all[(all.Count - 1) / 2] + all[all.Count / 2]) / 2m;
        return (Seconds((decimal)all.Sum() / all.Count), Seconds(middle));
    }

    private static decimal Seconds(decimal milliseconds) =>
        Math.Round(milliseconds / 1000, 2, MidpointRounding.AwayFromZero);

    private IEnumerable<long> Of(int app)
    {
        if (!_isSorted)
        {
            _packed.Sort();
            _isSorted = true;
        }

        var first = _packed.BinarySearch((long)app << Bits);
        for (var i = first < 0 ? ~first : FirstEqual(first); i < _packed.Count && _packed[i] >> Bits == app; i++)
        {
            yield return _packed[i] & ((1L << Bits) - 1);
        }
    }

    private int FirstEqual(int found)
    {
        while (found > 0 && _packed[found - 1] == _packed[found])
        {
            found--;
        }

        return found;
    }
}
