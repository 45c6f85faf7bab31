using UsageAdmin.Data;
using UsageAdmin.Data.RollUps;

namespace UsageAdmin.Analytics.Counting;

/// <summary>Where the quarter-hours of a UTC day lie in the reporting zone.</summary>
internal sealed class LocalQuarters(TimeZoneInfo zone)
{
    private const int QuartersPerDay = (int)(UsageDays.Milliseconds / QuarterHour.Milliseconds);

    /// <summary>Days behind the period's first; −1: outside of the period.</summary>
    public int[] Day { get; } = new int[QuartersPerDay];

    /// <summary>0 is Monday, 00:00 to 01:00.</summary>
    public int[] HourOfWeek { get; } = new int[QuartersPerDay];

    /// <param name="utcDay">Its first millisecond since 1970.</param>
    public void Set(long utcDay, Period period)
    {
        for (var quarter = 0; quarter < QuartersPerDay; quarter++)
        {
            var at = utcDay + (quarter * QuarterHour.Milliseconds);
            var local = TimeZoneInfo.ConvertTimeFromUtc(UnixMilliseconds.ToUtc(at), zone);
            Day[quarter] = at >= period.From && at < period.To
                ? DateOnly.FromDateTime(local).DayNumber - period.Days.From.DayNumber
                : -1;
            HourOfWeek[quarter] = ((((int)local.DayOfWeek + 6) % 7) * 24) + local.Hour;
        }
    }
}
