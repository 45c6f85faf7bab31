using System.Globalization;
using UsageAdmin.Exports;

namespace UsageAdmin.Tests.Exports;

public sealed class RangePresetTests
{
    [Theory]
    [InlineData("today", "2025-07-30", "2025-07-30", "2025-07-30")]
    [InlineData("last-7-days", "2025-03-03", "2025-02-25", "2025-03-03")]
    [InlineData("this-week", "2025-07-30", "2025-07-27", "2025-08-02")]
    [InlineData("last-week", "2025-07-30", "2025-07-20", "2025-07-26")]
    [InlineData("this-month", "2024-02-29", "2024-02-01", "2024-02-29")]
    [InlineData("last-month", "2024-03-31", "2024-02-01", "2024-02-29")]
    [InlineData("last-month", "2025-01-01", "2024-12-01", "2024-12-31")]
    [InlineData("last-12-months", "2025-07-30", "2024-08-01", "2025-07-31")]
    public void Presets_are_whole_periods_of_the_calendar(string name, string today, string from, string to)
    {
        var range = RangePresets.Names[name].Resolve(Day(today), DayOfWeek.Sunday);

        Assert.Equal(new DateRange(Day(from), Day(to)), range);
    }

    [Fact]
    public void Weeks_start_on_the_organisations_day()
    {
        foreach (var firstDay in Enum.GetValues<DayOfWeek>())
        {
            for (var today = new DateOnly(2025, 12, 20); today < new DateOnly(2026, 1, 20); today = today.AddDays(1))
            {
                var week = RangePreset.ThisWeek.Resolve(today, firstDay);

                Assert.Equal(firstDay, week.From.DayOfWeek);
                Assert.Equal(7, week.Days);
                Assert.InRange(today, week.From, week.To);
                Assert.Equal(week.From.AddDays(-1), RangePreset.LastWeek.Resolve(today, firstDay).To);
            }
        }
    }

    private static DateOnly Day(string text) => DateOnly.ParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture);
}
