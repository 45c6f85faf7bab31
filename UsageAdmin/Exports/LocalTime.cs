namespace UsageAdmin.Exports;

/// <summary>Wall-clock times of a zone as instants, also where clocks skip them or show them twice.</summary>
/// <remarks>
/// Only conversions from UTC are asked for: the other way round, <see cref="TimeZoneInfo"/> misses gaps of some zones. No
/// zone changes its offset twice within 28 hours.
/// </remarks>
public static class LocalTime
{
    private static readonly TimeSpan LongestOffset = TimeSpan.FromHours(14);

    /// <summary>The first instant at which clocks show <paramref name="local"/>; if they skip it, the first one behind the gap.</summary>
    public static DateTime First(DateTime local, TimeZoneInfo zone) =>
        InstantsOf(local, zone) is { Count: > 0 } instants ? instants.Min() : EndOfGap(local, zone);

    /// <summary>
    /// The first instant behind a stretch of time that starts when clocks show <paramref name="local"/> for the last time. If
    /// they skip that, the first instant behind the gap: nothing later than what was asked for is part of it.
    /// </summary>
    /// <param name="length">Less than an hour.</param>
    public static DateTime EndOf(DateTime local, TimeSpan length, TimeZoneInfo zone) =>
        InstantsOf(local, zone) is { Count: > 0 } instants ? Shift(instants.Max(), length) : EndOfGap(local, zone);

    private static List<DateTime> InstantsOf(DateTime local, TimeZoneInfo zone)
    {
        var shown = DateTime.SpecifyKind(local, DateTimeKind.Utc);
        return
        [
            .. new[] { zone.GetUtcOffset(Shift(shown, -LongestOffset)), zone.GetUtcOffset(Shift(shown, LongestOffset)) }
                .Select(offset => (Offset: offset, Utc: Shift(shown, -offset)))
                .Where(instant => zone.GetUtcOffset(instant.Utc) == instant.Offset)
                .Select(instant => instant.Utc),
        ];
    }

    /// <summary>The first instant at which clocks show something later than <paramref name="local"/>, which they skip.</summary>
    private static DateTime EndOfGap(DateTime local, TimeZoneInfo zone)
    {
        var shown = DateTime.SpecifyKind(local, DateTimeKind.Utc);
        var (from, to) = (Shift(shown, -LongestOffset), Shift(shown, LongestOffset));
        while (to - from > TimeSpan.FromTicks(1))
        {
            var middle = from + ((to - from) / 2);
            if (Shift(middle, zone.GetUtcOffset(middle)) < shown)
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
