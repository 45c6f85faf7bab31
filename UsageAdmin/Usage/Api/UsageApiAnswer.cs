using System.Globalization;

namespace UsageAdmin.Usage.Api;

/// <summary>The answer to an export that was made (exports.md 2.3). Members and their order are part of the outside contract.</summary>
internal sealed record UsageApiAnswer(bool Success, UsageApiData Data);

/// <param name="FilePath">Names the export; what the file is called stands behind its last slash.</param>
/// <param name="DownloadUrl">A signed link: whoever has it gets the file.</param>
/// <param name="RecordCount">Rows, without the header.</param>
internal sealed record UsageApiData(
    string FilePath, string DownloadUrl, string DataType, long RecordCount, UsageApiDates DateRange);

/// <param name="From">The first instant, with the offset of the zone it was asked for in.</param>
/// <param name="To">The last millisecond; now, where the end is still to come.</param>
internal sealed record UsageApiDates(string From, string To)
{
    public static UsageApiDates Of(UsagePeriod period, TimeZoneInfo to, DateTime nowUtc)
    {
        var last = period.ToUtc.AddMilliseconds(-1);
        return new(Show(period.FromUtc, period.Zone), Show(last < nowUtc ? last : nowUtc, to));
    }

    private static string Show(DateTime utc, TimeZoneInfo zone) =>
        TimeZoneInfo.ConvertTime(new DateTimeOffset(utc), zone).ToString("yyyy-MM-ddTHH:mm:ss.fffzzz", CultureInfo.InvariantCulture);
}
