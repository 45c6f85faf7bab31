using System.Globalization;

namespace UsageAdmin.Exports;

/// <summary>Calendar days of a zone, both inclusive.</summary>
public readonly record struct DateRange(DateOnly From, DateOnly To)
{
    private static readonly TimeSpan LongestOffset = TimeSpan.FromHours(14);

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
        var midnight = day.ToDateTime(TimeOnly.MinValue, DateTimeKind.Utc);
        var (before, after) = (Shift(midnight, -LongestOffset), Shift(midnight, LongestOffset));

        // Only conversions from UTC are asked for: the other way round, TimeZoneInfo misses gaps of some zones.
        var earliest = new[] { zone.GetUtcOffset(before), zone.GetUtcOffset(after) }
            .Select(offset => (Offset: offset, Utc: Shift(midnight, -offset)))
            .Where(start => zone.GetUtcOffset(start.Utc) == start.Offset)
            .Select(start => start.Utc).DefaultIfEmpty(DateTime.MaxValue).Min();
        return earliest < DateTime.MaxValue ? earliest : EndOfGap(midnight, before, after, zone);
    }

    /// <summary>The local day of an instant.</summary>
    public static DateOnly DayOf(DateTime utc, TimeZoneInfo zone) =>
        DateOnly.FromDateTime(TimeZoneInfo.ConvertTimeFromUtc(utc, zone));

    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{From:yyyy-MM-dd}..{To:yyyy-MM-dd}");

    /// <summary>The first instant whose local time is not before <paramref name="midnight"/>, which does not exist.</summary>
    private static DateTime EndOfGap(DateTime midnight, DateTime from, DateTime to, TimeZoneInfo zone)
    {
        while (to - from > TimeSpan.FromTicks(1))
        {
            var middle = from + ((to - from) / 2);
            if (Shift(middle, zone.GetUtcOffset(middle)) < midnight)
            {
                from = middle;
            }
            else
            {
                to = middle;
            }
        }

        return to;
    }

    private static DateTime Shift(DateTime utc, TimeSpan by) => new(
        Math.Clamp(utc.Ticks + by.Ticks, DateTime.MinValue.Ticks, DateTime.MaxValue.Ticks), DateTimeKind.Utc);
}
