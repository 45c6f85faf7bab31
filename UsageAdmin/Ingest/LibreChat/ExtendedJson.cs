using System.Globalization;
using System.Text.Json;
using UsageAdmin.Ingest.Json;

namespace UsageAdmin.Ingest.LibreChat;

/// <summary>
/// Values as MongoDB Extended JSON v2 writes them, canonical (<c>{"$numberLong":"1"}</c>) as well as relaxed (<c>1</c>), and as
/// plain JSON has them.
/// </summary>
internal static class ExtendedJson
{
    /// <summary>The last millisecond of the year 9999, since 1970.</summary>
    private const decimal MaxMilliseconds = 253_402_300_799_999m;

    private static readonly string[] NumberTypes = ["$numberInt", "$numberLong", "$numberDouble", "$numberDecimal"];

    /// <summary>A text, or the 24 digits of an ObjectId; null: absent, empty or longer than is stored.</summary>
    public static string? Key(this JsonElement? element, string field, Remarks remarks) =>
        (element.Member("$oid") ?? element).Id(field, remarks);

    /// <summary>Null: no number.</summary>
    public static decimal? Amount(this JsonElement? element)
    {
        if (element is { ValueKind: JsonValueKind.Number } number)
        {
            return number.TryGetDecimal(out var value) ? value : null;
        }

        foreach (var type in NumberTypes)
        {
            if (element.Member(type) is { ValueKind: JsonValueKind.String } text)
            {
                return decimal.TryParse(
                    text.GetString(), NumberStyles.Float, CultureInfo.InvariantCulture, out var value) ? value : null;
            }
        }

        return null;
    }

    /// <summary>A date as RFC 3339 or as milliseconds since 1970.</summary>
    public static DateTime? Date(this JsonElement? element, string field, Remarks remarks)
    {
        var date = element.Member("$date") ?? element;
        if (date is not { ValueKind: JsonValueKind.Number or JsonValueKind.Object })
        {
            return date.Time(field, remarks);
        }

        if (date.Amount() is >= 0 and <= MaxMilliseconds and var milliseconds)
        {
            return DateTime.UnixEpoch.AddTicks((long)(milliseconds * TimeSpan.TicksPerMillisecond));
        }

        remarks.Add("invalid-value", field, "a time that is none is left out");
        return null;
    }
}
