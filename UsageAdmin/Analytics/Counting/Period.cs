using UsageAdmin.Data;
using UsageAdmin.Data.RollUps;
using UsageAdmin.Exports;

namespace UsageAdmin.Analytics.Counting;

/// <summary>Days of the reporting zone that are counted together.</summary>
/// <param name="From">The first millisecond since 1970.</param>
/// <param name="To">The first millisecond behind it. Months start and end on quarter-hours of UTC.</param>
internal sealed record Period(DateRange Days, long From, long To)
{
    public static Period Of(DateRange days, TimeZoneInfo zone)
    {
        var (from, to) = days.ToUtc(zone);
        return new Period(days, UnixMilliseconds.From(from), UnixMilliseconds.From(to));
    }

    /// <summary>First milliseconds of the UTC days that it touches.</summary>
    public IEnumerable<long> UtcDays
    {
        get
        {
            for (var day = UsageDays.DayOf(From); day < To; day += UsageDays.Milliseconds)
            {
                yield return day;
            }
        }
    }
}
