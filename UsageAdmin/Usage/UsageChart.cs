using UsageAdmin.Exports;

namespace UsageAdmin.Usage;

/// <summary>The columns of the chart over time.</summary>
internal static class UsageChart
{
    private const int MostDays = 62;
    private const int MostDaysInWeeks = 190;

    /// <summary>By day, by week, or by month, as many as can be read.</summary>
    public static IReadOnlyList<UsageOfDays> Columns(
        IReadOnlyList<UsageOfDay> byDay, DateOnly today, DayOfWeek firstDayOfWeek) =>
        [
            .. byDay.GroupBy(day => byDay.Count switch
                {
                    <= MostDays => day.Day,
                    <= MostDaysInWeeks => WeekOf(day.Day, firstDayOfWeek),
                    _ => new DateOnly(day.Day.Year, day.Day.Month, 1),
                })
                .Select(days => new UsageOfDays(
                    new DateRange(days.First().Day, days.Last().Day), days.Sum(day => day.Count), days.Last().Day >= today)),
        ];

    private static DateOnly WeekOf(DateOnly day, DayOfWeek firstDayOfWeek) =>
        day.AddDays(-(((int)day.DayOfWeek - (int)firstDayOfWeek + 7) % 7));
}
