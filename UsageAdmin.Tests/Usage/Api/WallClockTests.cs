using System.Globalization;
using UsageAdmin.Exports;
using UsageAdmin.Usage.Api;

namespace UsageAdmin.Tests.Usage.Api;

public sealed class WallClockTests
{
    [Theory]
    [InlineData("2026-01-31", "2026-01-31T00:00:00.000", 86_400_000)]
    [InlineData("2026-01-31Z", "2026-01-31T00:00:00.000", 86_400_000)]
    [InlineData("2026-01-31T23:59", "2026-01-31T23:59:00.000", 60_000)]
    [InlineData("2026-01-31t23:59z", "2026-01-31T23:59:00.000", 60_000)]
    [InlineData("2026-01-31 23:59:59", "2026-01-31T23:59:59.000", 1000)]
    [InlineData("2026-01-31T23:59:59Z", "2026-01-31T23:59:59.000", 1000)]
    [InlineData("2026-01-31T23:59:59.9", "2026-01-31T23:59:59.900", 1)]
    [InlineData("2026-01-31T23:59:59.999Z", "2026-01-31T23:59:59.999", 1)]
    [InlineData("2026-01-31T23:59:59.999999999z", "2026-01-31T23:59:59.999", 1)]
    [InlineData("2024-02-29T00:00:00.000Z", "2024-02-29T00:00:00.000", 1)]
    public void Days_and_times_are_read_and_a_Z_says_nothing(string text, string local, int milliseconds)
    {
        var parsed = WallClock.Parse(text, out _);

        Assert.Equal((Local(local), TimeSpan.FromMilliseconds(milliseconds)), parsed);
    }

    [Theory]
    [InlineData("2026-01-31T00:00:00+01:00", "must not carry an offset (+01:00)")]
    [InlineData("2026-01-31T00:00:00.000-0500", "must not carry an offset (-0500)")]
    [InlineData("2026-01-31T00:00:00+00", "must not carry an offset (+00)")]
    [InlineData("2026-02-30", "does not exist")]
    [InlineData("2026-02-29T00:00:00Z", "does not exist")]
    [InlineData("2026-01-31T24:00:00", "does not exist")]
    [InlineData("2026-01-31T23:59:60", "does not exist")]
    [InlineData("0000-01-01", "does not exist")]
    [InlineData("", "must be a date and time such as")]
    [InlineData("yesterday", "must be a date and time such as")]
    [InlineData("31.01.2026", "must be a date and time such as")]
    [InlineData("2026-1-31", "must be a date and time such as")]
    [InlineData("2026-01-31T", "must be a date and time such as")]
    [InlineData("2026-01-31T10", "must be a date and time such as")]
    [InlineData("2026-01-31T10:00:00.", "must be a date and time such as")]
    [InlineData("2026-01-31T10:00:00.1234567890", "must be a date and time such as")]
    [InlineData("2026-01-31T10:00:00ZZ", "must be a date and time such as")]
    [InlineData("2026-01-31\n", "must be a date and time such as")]
    [InlineData("٢٠٢٦-٠١-٣١", "must be a date and time such as")]
    public void Everything_else_is_refused_with_the_reason(string text, string problem)
    {
        Assert.Null(WallClock.Parse(text, out var told));
        Assert.Contains(problem, told, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Europe/Berlin", "2026-01-01T00:00:00.000", "2025-12-31T23:00:00.000", "2025-12-31T23:00:00.001")]
    [InlineData("Europe/Berlin", "2026-06-30T23:59:59.999", "2026-06-30T21:59:59.999", "2026-06-30T22:00:00.000")]
    [InlineData("Europe/Berlin", "2026-03-29T02:30:00.000", "2026-03-29T01:00:00.000", "2026-03-29T01:00:00.000")]
    [InlineData("Europe/Berlin", "2026-10-25T02:30:00.000", "2026-10-25T00:30:00.000", "2026-10-25T01:30:00.001")]
    [InlineData("Africa/Cairo", "2026-04-24T00:00:00.000", "2026-04-23T22:00:00.000", "2026-04-23T22:00:00.000")]
    [InlineData("Africa/Cairo", "2026-04-23T23:59:59.999", "2026-04-23T21:59:59.999", "2026-04-23T22:00:00.000")]
    [InlineData("Africa/Cairo", "2026-10-29T23:59:59.999", "2026-10-29T20:59:59.999", "2026-10-29T22:00:00.000")]
    [InlineData("America/Havana", "2026-11-01T00:00:00.000", "2026-11-01T04:00:00.000", "2026-11-01T05:00:00.001")]
    [InlineData("Australia/Lord_Howe", "2026-10-04T02:15:00.000", "2026-10-03T15:30:00.000", "2026-10-03T15:30:00.000")]
    public void Missing_times_are_the_end_of_the_gap_and_doubled_ones_reach_from_the_first_to_the_last(
        string zone, string local, string start, string end)
    {
        var clock = new WallClock(
            Local(local), TimeSpan.FromMilliseconds(1), TimeZoneInfo.FindSystemTimeZoneById(zone));

        Assert.Equal((Local(start), Local(end)), (clock.StartUtc, clock.EndUtc));
    }

    [Fact]
    public void Times_around_every_change_of_every_zone_are_the_instants_at_which_clocks_show_them()
    {
        var second = TimeSpan.FromSeconds(1);
        var changes = 0;
        foreach (var zone in TimeZoneInfo.GetSystemTimeZones())
        {
            foreach (var (change, before, after) in ChangesOf(zone, 2024, 2027))
            {
                changes++;
                var from = change + (before < after ? before : after) - TimeSpan.FromMinutes(30);
                var to = change + (before < after ? after : before) + TimeSpan.FromMinutes(30);
                for (var local = from; local <= to; local += TimeSpan.FromMinutes(15))
                {
                    var shown = new[] { local - before, local - after }.Where((utc, i) => i == 0 == utc < change).ToArray();
                    var clock = new WallClock(local, second, zone);
                    var expected = shown.Length == 0 ? (change, change) : (shown.Min(), shown.Max() + second);
                    Assert.True(expected == (clock.StartUtc, clock.EndUtc), $"{zone.Id} {local:s}");
                }

                for (var day = DateOnly.FromDateTime(from).AddDays(-1); day <= DateOnly.FromDateTime(to).AddDays(1); day = day.AddDays(1))
                {
                    var (start, end) = new DateRange(day, day).ToUtc(zone);
                    var midnight = day.ToDateTime(TimeOnly.MinValue);
                    var last = new WallClock(midnight.AddDays(1).AddMilliseconds(-1), TimeSpan.FromMilliseconds(1), zone);
                    var whole = new WallClock(midnight, TimeSpan.FromDays(1), zone);
                    Assert.True((start, end) == (whole.StartUtc, whole.EndUtc), $"{zone.Id} {day:O}");
                    Assert.True((start, end) == (new WallClock(midnight, second, zone).StartUtc, last.EndUtc), $"{zone.Id} {day:O}");
                }
            }
        }

        Assert.True(changes > 1000, $"{changes} changes found");
    }

    [Fact]
    public void The_first_and_the_last_times_of_the_calendar_have_instants()
    {
        foreach (var zone in new[] { "UTC", "Pacific/Kiritimati", "Pacific/Pago_Pago" }.Select(TimeZoneInfo.FindSystemTimeZoneById))
        {
            foreach (var text in new[] { "0001-01-01", "0001-01-01T00:00", "9999-12-31", "9999-12-31T23:59:59.999" })
            {
                var (local, length) = WallClock.Parse(text, out _)!.Value;
                var clock = new WallClock(local, length, zone);

                Assert.True(clock.StartUtc <= clock.EndUtc);
            }
        }
    }

    private static DateTime Local(string text) =>
        DateTime.ParseExact(text, "yyyy-MM-ddTHH:mm:ss.fff", CultureInfo.InvariantCulture);

    /// <summary>Instants at which the zone's offset changes, found by looking at it.</summary>
    private static IEnumerable<(DateTime At, TimeSpan Before, TimeSpan After)> ChangesOf(TimeZoneInfo zone, int first, int last)
    {
        var end = new DateTime(last, 12, 31, 0, 0, 0, DateTimeKind.Utc);
        for (var day = new DateTime(first, 1, 1, 0, 0, 0, DateTimeKind.Utc); day < end; day = day.AddDays(1))
        {
            var (from, to) = (day, day.AddDays(1));
            var (before, after) = (zone.GetUtcOffset(from), zone.GetUtcOffset(to));
            if (before == after)
            {
                continue;
            }

            while (to - from > TimeSpan.FromTicks(1))
            {
                var middle = from + ((to - from) / 2);
                (from, to) = zone.GetUtcOffset(middle) == before ? (middle, to) : (from, middle);
            }

            yield return (to, before, after);
        }
    }
}
