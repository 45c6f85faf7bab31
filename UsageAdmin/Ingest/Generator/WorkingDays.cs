namespace UsageAdmin.Ingest.Generator;

/// <summary>When people work: how busy a day and an hour are, in the zone where they live.</summary>
internal static class WorkingDays
{
    /// <summary>Conversations started per hour, out of 1000 a day: a lunch break, a few in the evening, some at night.</summary>
    private static readonly int[] Hours =
        [4, 3, 3, 3, 5, 12, 30, 60, 100, 115, 110, 85, 50, 80, 95, 85, 65, 40, 20, 12, 10, 7, 4, 2];

    /// <summary>0 to 100: Saturdays and Sundays are quiet, and so are the days around New Year.</summary>
    public static int Busyness(DateOnly day) =>
        day is { Month: 12, Day: >= 24 } or { Month: 1, Day: 1 } ? 5 : day.DayOfWeek switch
        {
            DayOfWeek.Saturday => 12,
            DayOfWeek.Sunday => 8,
            DayOfWeek.Friday => 80,
            DayOfWeek.Tuesday => 100,
            _ => 95,
        };

    /// <summary>A time of day at which a conversation starts, in milliseconds.</summary>
    public static int TimeOfDay(SeededRandom random)
    {
        const int Hour = 3_600_000;
        var left = random.Below(1000);
        var hour = 0;
        while (left >= Hours[hour])
        {
            left -= Hours[hour++];
        }

        return (hour * Hour) + random.Below(Hour);
    }

    /// <summary>The instant of a local time. Times that a zone skips are an hour later, those it has twice the second.</summary>
    public static DateTime ToUtc(DateOnly day, int millisecondsOfDay, TimeZoneInfo zone)
    {
        var local = day.ToDateTime(TimeOnly.MinValue).AddMilliseconds(millisecondsOfDay);
        var offset = zone.GetUtcOffset(zone.IsInvalidTime(local) ? local.AddHours(1) : local);
        return DateTime.SpecifyKind(local - offset + (zone.IsInvalidTime(local) ? TimeSpan.FromHours(1) : TimeSpan.Zero),
            DateTimeKind.Utc);
    }
}
