using UsageAdmin.Exports;

namespace UsageAdmin.Tests.Exports;

public sealed class DateRangeTests
{
    [Theory]
    [InlineData("Europe/Berlin", "2026-03-29", "2026-03-28T23:00:00Z", 23)]
    [InlineData("Europe/Berlin", "2026-10-25", "2026-10-24T22:00:00Z", 25)]
    [InlineData("Africa/Cairo", "2026-04-24", "2026-04-23T22:00:00Z", 23)]
    [InlineData("Asia/Beirut", "2026-03-29", "2026-03-28T22:00:00Z", 23)]
    [InlineData("America/Santiago", "2026-09-06", "2026-09-06T04:00:00Z", 23)]
    [InlineData("America/Havana", "2026-03-08", "2026-03-08T05:00:00Z", 23)]
    [InlineData("America/Havana", "2026-11-01", "2026-11-01T04:00:00Z", 25)]
    [InlineData("Pacific/Kiritimati", "2026-01-01", "2025-12-31T10:00:00Z", 24)]
    [InlineData("UTC", "2024-02-29", "2024-02-29T00:00:00Z", 24)]
    public void A_day_starts_at_its_first_instant_that_exists(string zone, string day, string startUtc, int hours)
    {
        var date = DateOnly.Parse(day, System.Globalization.CultureInfo.InvariantCulture);

        var (from, to) = new DateRange(date, date).ToUtc(TimeZoneInfo.FindSystemTimeZoneById(zone));

        Assert.Equal(startUtc, from.ToString("yyyy-MM-ddTHH:mm:ssZ", System.Globalization.CultureInfo.InvariantCulture));
        Assert.Equal(TimeSpan.FromHours(hours), to - from);
    }

    [Fact]
    public void Days_of_every_zone_neither_overlap_nor_leave_a_gap()
    {
        var first = new DateOnly(2024, 1, 1);
        var last = new DateOnly(2027, 12, 31);
        foreach (var zone in TimeZoneInfo.GetSystemTimeZones())
        {
            var next = DateRange.StartOfDay(first, zone);
            Assert.Equal(next, new DateRange(first, last).ToUtc(zone).FromUtc);
            for (var day = first; day <= last; day = day.AddDays(1))
            {
                var (from, to) = new DateRange(day, day).ToUtc(zone);
                Assert.True(from == next && to > from && to - from <= TimeSpan.FromHours(48), $"{zone.Id} {day:O}");
                Assert.True(DateRange.DayOf(from, zone) == day, $"{zone.Id} {day:O} starts at {from:O}");
                Assert.True(DateRange.DayOf(from.AddMilliseconds(-1), zone) < day, $"{zone.Id} {day:O} starts late");
                next = to;
            }

            Assert.Equal(next, new DateRange(first, last).ToUtc(zone).ToUtc);
        }
    }

    [Fact]
    public void The_first_and_the_last_day_of_the_calendar_have_instants()
    {
        foreach (var zone in new[] { "UTC", "Pacific/Kiritimati", "America/New_York" }.Select(TimeZoneInfo.FindSystemTimeZoneById))
        {
            var (from, to) = new DateRange(DateOnly.MinValue, DateOnly.MaxValue).ToUtc(zone);

            Assert.True(from < to);
        }
    }
}
