using System.Globalization;
using System.Text.RegularExpressions;
using UsageAdmin.Exports;

namespace UsageAdmin.Usage.Api;

/// <summary>A point in time as clocks of a zone show it: a day, or a time to the minute, second or millisecond.</summary>
/// <param name="Length">How much time the value names: <c>23:59:59</c> is a whole second.</param>
internal sealed partial record WallClock(DateTime Local, TimeSpan Length, TimeZoneInfo Zone)
{
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    public DateOnly Date => DateOnly.FromDateTime(Local);

    /// <summary>
    /// The first instant of it. Where clocks show it twice that is the earlier one, where they skip it the first that exists.
    /// </summary>
    public DateTime StartUtc => LocalTime.First(Local, Zone);

    /// <summary>
    /// The first instant behind it: behind the later one where clocks show it twice, the first that exists where they skip it.
    /// </summary>
    public DateTime EndUtc => Length == Day
        ? new DateRange(Date, Date).ToUtc(Zone).ToUtc
        : LocalTime.EndOf(Local, Length, Zone);

    /// <summary>Reads ISO 8601 without an offset; a <c>Z</c> at the end says nothing.</summary>
    /// <param name="problem">What is wrong, to be put behind the field's name.</param>
    public static (DateTime Local, TimeSpan Length)? Parse(string text, out string problem)
    {
        problem = "must be a date and time such as 2026-01-31T23:59:59.999, or a day such as 2026-01-31.";
        var match = Shape().Match(text);
        if (!match.Success)
        {
            return null;
        }

        if (match.Groups["offset"].Value is { Length: > 1 } offset)
        {
            problem = $"must not carry an offset ({offset}): write the time as clocks show it in the time zone beside it.";
            return null;
        }

        var fraction = match.Groups["fraction"].Value.PadRight(3, '0')[..3];
        var (time, second) = (match.Groups["time"].Value, match.Groups["second"].Value);
        var whole = $"{match.Groups["day"].Value}T{Or(time, "00:00")}:{Or(second, "00")}.{fraction}";
        if (!DateTime.TryParseExact(
            whole, "yyyy-MM-ddTHH:mm:ss.fff", CultureInfo.InvariantCulture, DateTimeStyles.None, out var local))
        {
            problem = "names a day or a time that does not exist.";
            return null;
        }

        return (local, match.Groups["fraction"].Success ? TimeSpan.FromMilliseconds(1)
            : second.Length > 0 ? TimeSpan.FromSeconds(1)
            : time.Length > 0 ? TimeSpan.FromMinutes(1)
            : Day);
    }

    private static string Or(string value, string otherwise) => value.Length > 0 ? value : otherwise;

    [GeneratedRegex(
        """
        \A(?<day>[0-9]{4}-[0-9]{2}-[0-9]{2})
        (?:[Tt ](?<time>[0-9]{2}:[0-9]{2})(?::(?<second>[0-9]{2})(?:\.(?<fraction>[0-9]{1,9}))?)?)?
        (?<offset>[Zz]|[+-][0-9]{2}(?::?[0-9]{2})?)?\z
        """,
        RegexOptions.IgnorePatternWhitespace)]
    private static partial Regex Shape();
}
