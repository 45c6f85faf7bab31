using System.Globalization;

namespace UsageAdmin.Components.Shared;

/// <summary>Numbers, days and instants as the reader's language writes them. Files never use this.</summary>
internal static class Display
{
    private static bool IsGerman => CultureInfo.CurrentUICulture.TwoLetterISOLanguageName == "de";

    private static string DayFormat => IsGerman ? "d. MMM yyyy" : "d MMM yyyy";

    private static string ShortDayFormat => IsGerman ? "d. MMM" : "d MMM";

    public static string Number(long number) => number.ToString("N0", CultureInfo.CurrentCulture);

    /// <summary>A share between 0 and 1 as a percentage.</summary>
    public static string Percent(double share) => share.ToString("P0", CultureInfo.CurrentCulture);

    /// <summary>As <see cref="Percent"/>, with decimals where a whole number would say little.</summary>
    public static string Share(double share) =>
        share.ToString(share switch { 0 or >= .0995 => "P0", < .00095 => "P2", _ => "P1" }, CultureInfo.CurrentCulture);

    public static string Day(DateOnly day) => day.ToString(DayFormat, CultureInfo.CurrentCulture);

    public static string ShortDay(DateOnly day) => day.ToString(ShortDayFormat, CultureInfo.CurrentCulture);

    public static string WeekDay(DateOnly day) =>
        day.ToString(IsGerman ? "ddd, d. MMM yyyy" : "ddd d MMM yyyy", CultureInfo.CurrentCulture);

    public static string Month(DateOnly day) => day.ToString("MMM yyyy", CultureInfo.CurrentCulture);

    /// <summary>For sentences.</summary>
    public static string LongMonth(DateOnly day) => day.ToString("MMMM yyyy", CultureInfo.CurrentCulture);

    /// <summary>For an axis: the year only where it says something new.</summary>
    public static string ShortMonth(DateOnly day, bool withYear) =>
        day.ToString(withYear ? "MMM yyyy" : "MMM", CultureInfo.CurrentCulture);

    /// <summary>Both months, once if they are the same.</summary>
    public static string Months(DateOnly from, DateOnly to) =>
        from.Year == to.Year && from.Month == to.Month ? Month(from) : $"{Month(from)} – {Month(to)}";

    /// <summary>With a sign, also for more than nothing.</summary>
    public static string SignedPercent(double share) =>
        $"{(share < 0 ? "\u2212" : "+")}{Share(Math.Abs(share))}";

    /// <summary>Two decimals.</summary>
    public static string Decimal(decimal number) => number.ToString("N2", CultureInfo.CurrentCulture);

    public static string DayName(DayOfWeek day) => CultureInfo.CurrentCulture.DateTimeFormat.GetDayName(day);

    public static string ShortDayName(DayOfWeek day) =>
        CultureInfo.CurrentCulture.DateTimeFormat.GetAbbreviatedDayName(day);

    /// <summary>Both days, with what they share written once.</summary>
    public static string Days(DateOnly from, DateOnly to) => (from, to) switch
    {
        _ when from == to => Day(from),
        _ when from.Year != to.Year => $"{Day(from)} – {Day(to)}",
        _ when from.Month != to.Month => $"{ShortDay(from)} – {Day(to)}",
        _ => string.Create(CultureInfo.CurrentCulture, $"{from.Day}{(IsGerman ? "." : "")} – {Day(to)}"),
    };

    /// <summary>An instant in a zone, to the minute.</summary>
    public static string Moment(DateTime utc, TimeZoneInfo zone)
    {
        var local = TimeZoneInfo.ConvertTimeFromUtc(utc, zone);
        return local.ToString($"{DayFormat}{(IsGerman ? "," : "")} HH:mm", CultureInfo.CurrentCulture);
    }

    public static string Time(DateTime utc, TimeZoneInfo zone) =>
        TimeZoneInfo.ConvertTimeFromUtc(utc, zone).ToString("HH:mm", CultureInfo.CurrentCulture);

    public static string Bytes(long bytes)
    {
        string[] units = ["B", "KB", "MB", "GB", "TB"];
        var value = (double)bytes;
        var unit = 0;
        while (value >= 999.5 && unit < units.Length - 1)
        {
            value /= 1000;
            unit++;
        }

        return $"{value.ToString(unit == 0 || value >= 9.95 ? "0" : "0.#", CultureInfo.CurrentCulture)}\u00a0{units[unit]}";
    }
}
