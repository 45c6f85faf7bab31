using System.Globalization;

namespace UsageAdmin.Exports;

/// <summary>Calendar days of a zone, both inclusive.</summary>
public readonly record struct DateRange(DateOnly From, DateOnly To)
{
    /// <summary>Days in the range, 1 where it starts on the day it ends.</summary>
    public int Days => To.DayNumber - From.DayNumber + 1;

    /// <summary>The range as an instant span in UTC: includes the start, excludes the end.</summary>
    /// <remarks>
    /// A day starts at its first instant that exists: where local midnight is skipped (Africa/Cairo, 2026-04-24) that is
    /// the end of the gap, where it happens twice it is the earlier one. So the days of a range neither overlap nor leave
    /// a gap, and their spans add up to the range's.
    /// </remarks>
    public (DateTime FromUtc, DateTime ToUtc) ToUtc(TimeZoneInfo zone) =>
        (StartOfDay(From, zone), To == DateOnly.MaxValue ? DateTime.SpecifyKind(DateTime.MaxValue, DateTimeKind.Utc)
            : StartOfDay(To.AddDays(1), zone));

    /// <summary>The first instant of a local day, in UTC.</summary>
    public static DateTime StartOfDay(DateOnly day, TimeZoneInfo zone)
    {
        var midnight = day.ToDateTime(TimeOnly.MinValue, DateTimeKind.Unspecified);
        if (zone.IsInvalidTime(midnight))
        {
            // The gap's end is where the offset before it stops to hold.
            var before = zone.GetUtcOffset(midnight.AddDays(-1));
            var utc = DateTime.SpecifyKind(midnight - before, DateTimeKind.Utc);
            return TransitionAround(utc.AddHours(-3), utc.AddHours(3), zone);
        }

        var offset = zone.IsAmbiguousTime(midnight)
            ? zone.GetAmbiguousTimeOffsets(midnight).Max()
            : zone.GetUtcOffset(midnight);
        return Clamp(midnight, offset);
    }

    /// <summary>The local day of an instant.</summary>
    public static DateOnly DayOf(DateTime utc, TimeZoneInfo zone) =>
        DateOnly.FromDateTime(TimeZoneInfo.ConvertTimeFromUtc(utc, zone));

    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{From:yyyy-MM-dd}..{To:yyyy-MM-dd}");

    private static DateTime Clamp(DateTime local, TimeSpan offset)
    {
        var ticks = Math.Clamp(local.Ticks - offset.Ticks, DateTime.MinValue.Ticks, DateTime.MaxValue.Ticks);
        return new DateTime(ticks, DateTimeKind.Utc);
    }

    /// <summary>The instant between the two at which the zone's offset changes.</summary>
    private static DateTime TransitionAround(DateTime from, DateTime to, TimeZoneInfo zone)
    {
        var before = zone.GetUtcOffset(from);
        while (to - from > TimeSpan.FromMilliseconds(1))
        {
            var middle = from + ((to - from) / 2);
            if (zone.GetUtcOffset(middle) == before)
            {
                from = middle;
            }
            else
            {
                to = middle;
            }
        }

        return new DateTime((to.Ticks + (TimeSpan.TicksPerSecond / 2)) / TimeSpan.TicksPerSecond * TimeSpan.TicksPerSecond,
            DateTimeKind.Utc);
    }
}
