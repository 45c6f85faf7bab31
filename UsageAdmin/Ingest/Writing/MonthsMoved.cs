using UsageAdmin.Data;
using UsageAdmin.Data.RollUps;

namespace UsageAdmin.Ingest.Writing;

/// <summary>The months, in the organisation's zone, whose figures an import moved (decisions.md 6).</summary>
internal sealed class MonthsMoved(TimeZoneInfo zone)
{
    private readonly SortedSet<string> _months = new(StringComparer.Ordinal);
    private long _lastQuarter = long.MinValue;

    public IReadOnlyCollection<string> Months => _months;

    /// <summary>Notes months that moved before, as <see cref="Months"/> gave them.</summary>
    public void Add(IEnumerable<string> months) => _months.UnionWith(months);

    public void Add(long milliseconds)
    {
        // Every month starts on a quarter-hour of UTC, whatever the zone.
        var quarter = QuarterHour.StartOf(milliseconds);
        if (quarter != _lastQuarter)
        {
            _lastQuarter = quarter;
            var local = TimeZoneInfo.ConvertTimeFromUtc(UnixMilliseconds.ToUtc(quarter), zone);
            _months.Add($"{local.Year:D4}-{local.Month:D2}");
        }
    }
}
