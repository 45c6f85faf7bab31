using UsageAdmin.Exports;

namespace UsageAdmin.Usage;

/// <summary>Time that is counted together.</summary>
/// <param name="FromUtc">The first instant, to the millisecond.</param>
/// <param name="ToUtc">The first instant behind it, to the millisecond.</param>
/// <param name="Days">The days asked for, in the zones they were asked in: <c>period_start</c> and <c>period_end</c>.</param>
/// <param name="Zone">The zone whose days are counted as active ones: that of the start.</param>
public sealed record UsagePeriod(DateTime FromUtc, DateTime ToUtc, DateRange Days, TimeZoneInfo Zone)
{
    public static UsagePeriod Of(DateRange days, TimeZoneInfo zone)
    {
        var (from, to) = days.ToUtc(zone);
        return new UsagePeriod(from, to, days, zone);
    }
}
