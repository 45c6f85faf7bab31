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
    public static DateTime StartOfDay(DateOnly day, TimeZoneInfo zone) =>
        LocalTime.First(day.ToDateTime(TimeOnly.MinValue), zone);

    /// <summary>The local day of an instant.</summary>
    public static DateOnly DayOf(DateTime utc, TimeZoneInfo zone) =>
        DateOnly.FromDateTime(TimeZoneInfo.ConvertTimeFromUtc(utc, zone));

    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{From:yyyy-MM-dd}..{To:yyyy-MM-dd}");
}
