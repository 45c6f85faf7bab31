namespace UsageAdmin.Exports;

/// <summary>Ranges that move with the calendar. Names in URLs and commands are <see cref="RangePresets.Names"/>.</summary>
public enum RangePreset
{
    Today,
    Last7Days,
    ThisWeek,
    LastWeek,
    ThisMonth,
    LastMonth,
    Last12Months,
}

/// <summary>Names and days of the presets.</summary>
public static class RangePresets
{
    /// <summary>As they stand in <c>range=</c>.</summary>
    public static IReadOnlyDictionary<string, RangePreset> Names { get; } =
        new Dictionary<string, RangePreset>(StringComparer.Ordinal)
        {
            ["today"] = RangePreset.Today,
            ["last-7-days"] = RangePreset.Last7Days,
            ["this-week"] = RangePreset.ThisWeek,
            ["last-week"] = RangePreset.LastWeek,
            ["this-month"] = RangePreset.ThisMonth,
            ["last-month"] = RangePreset.LastMonth,
            ["last-12-months"] = RangePreset.Last12Months,
        };

    public static string NameOf(RangePreset preset) => Names.First(n => n.Value == preset).Key;

    /// <summary>
    /// The days a preset means on <paramref name="today"/>. Weeks and months are whole calendar periods, also the running
    /// ones, which end in the future (exports.md 4.10).
    /// </summary>
    public static DateRange Resolve(this RangePreset preset, DateOnly today, DayOfWeek firstDayOfWeek)
    {
        var week = today.AddDays(-(((int)today.DayOfWeek - (int)firstDayOfWeek + 7) % 7));
        var month = new DateOnly(today.Year, today.Month, 1);
        return preset switch
        {
            RangePreset.Today => new(today, today),
            RangePreset.Last7Days => new(today.AddDays(-6), today),
            RangePreset.ThisWeek => new(week, week.AddDays(6)),
            RangePreset.LastWeek => new(week.AddDays(-7), week.AddDays(-1)),
            RangePreset.ThisMonth => new(month, month.AddMonths(1).AddDays(-1)),
            RangePreset.LastMonth => new(month.AddMonths(-1), month.AddDays(-1)),
            RangePreset.Last12Months => new(month.AddMonths(-11), month.AddMonths(1).AddDays(-1)),
            _ => throw new ArgumentOutOfRangeException(nameof(preset)),
        };
    }
}
