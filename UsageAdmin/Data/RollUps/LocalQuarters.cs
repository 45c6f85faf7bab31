namespace UsageAdmin.Data.RollUps;

/// <summary>Where the quarter-hours of a UTC day lie in a zone.</summary>
internal sealed class LocalQuarters(TimeZoneInfo zone)
{
    private const int QuartersPerDay = (int)(UsageDays.Milliseconds / QuarterHour.Milliseconds);

    /// <summary>Days behind the period's first; −1: outside of the period.</summary>
    public int[] Day { get; } = new int[QuartersPerDay];

    /// <summary>0 is Monday, 00:00 to 01:00.</summary>
    public int[] HourOfWeek { get; } = new int[QuartersPerDay];

    /// <param name="utcDay">Its first millisecond since 1970.</param>
    /// <param name="from">The period's first millisecond.</param>
    /// <param name="to">The first millisecond behind it.</param>
    /// <param name="firstDay">The period's first day in the zone.</param>
    public void Set(long utcDay, long from, long to, DateOnly firstDay)
    {
        for (var quarter = 0; quarter < QuartersPerDay; quarter++)
        {
            var at = utcDay + (quarter * QuarterHour.Milliseconds);
            var local = TimeZoneInfo.ConvertTimeFromUtc(UnixMilliseconds.ToUtc(at), zone);
            Day[quarter] = at >= from && at < to
                ? DateOnly.FromDateTime(local).DayNumber - firstDay.DayNumber
                : -1;
            HourOfWeek[quarter] = ((((int)local.DayOfWeek + 6) % 7) * 24) + local.Hour;
        }
    }
}
