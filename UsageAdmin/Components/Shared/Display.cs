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

    public static string Day(DateOnly day) => day.ToString(DayFormat, CultureInfo.CurrentCulture);

    public static string ShortDay(DateOnly day) => day.ToString(ShortDayFormat, CultureInfo.CurrentCulture);

    public static string WeekDay(DateOnly day) =>
        day.ToString(IsGerman ? "ddd, d. MMM yyyy" : "ddd d MMM yyyy", CultureInfo.CurrentCulture);

    public static string Month(DateOnly day) => day.ToString("MMM yyyy", CultureInfo.CurrentCulture);

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
