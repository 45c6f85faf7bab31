using System.Globalization;
using System.Text;
using System.Text.Json;

namespace UsageAdmin.Ingest.Json;

/// <summary>Reads fields of JSON objects without trusting their kinds; what cannot be used is remarked on.</summary>
internal static class JsonFields
{
    /// <summary>The last second of the year 9999, in seconds since 1970.</summary>
    private const decimal MaxSeconds = 253_402_300_799m;

    public static JsonElement? Member(this JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value)
            && value.ValueKind != JsonValueKind.Null ? value : null;

    public static JsonElement? Member(this JsonElement? element, string name) => element?.Member(name);

    public static IEnumerable<JsonElement> Items(this JsonElement? element) =>
        element is { ValueKind: JsonValueKind.Array } array ? array.EnumerateArray() : [];

    public static byte[]? Utf8(this JsonElement? element, Remarks remarks)
    {
        if (element is not { ValueKind: JsonValueKind.String } text)
        {
            return null;
        }

        var replaced = false;
        var utf8 = StorableText.Utf8(text, ref replaced);
        if (replaced)
        {
            remarks.Add("replaced-character", "text", "NUL or half a character became U+FFFD");
        }

        return utf8;
    }

    public static string? Text(this JsonElement? element, Remarks remarks) =>
        element.Utf8(remarks) is { } utf8 ? Encoding.UTF8.GetString(utf8) : null;

    /// <summary>An external id; null: absent, empty or longer than is stored.</summary>
    public static string? Id(this JsonElement? element, string field, Remarks remarks)
    {
        var utf8 = element.Utf8(remarks);
        if (utf8 is { Length: > StorableText.MaxIdBytes })
        {
            remarks.Add("id-too-long", field, $"an id of more than {StorableText.MaxIdBytes} bytes is left out");
            return null;
        }

        return utf8 is { Length: > 0 } ? Encoding.UTF8.GetString(utf8) : null;
    }

    public static bool IsTrue(this JsonElement? element) => element is { ValueKind: JsonValueKind.True };

    public static long? Number(this JsonElement? element) =>
        element is { ValueKind: JsonValueKind.Number } number && number.TryGetInt64(out var value) && value >= 0
            ? value
            : null;

    /// <summary>Seconds since 1970 with a fraction, or RFC 3339.</summary>
    public static DateTime? Time(this JsonElement? element, string field, Remarks remarks)
    {
        switch (element)
        {
            case null:
                return null;
            case { ValueKind: JsonValueKind.Number } number
                when number.TryGetDecimal(out var seconds) && seconds is >= 0 and <= MaxSeconds:
                return DateTime.UnixEpoch.AddTicks((long)(seconds * TimeSpan.TicksPerSecond));
            case { ValueKind: JsonValueKind.String }
                when DateTimeOffset.TryParse(
                    element.Text(remarks), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
                && time.UtcDateTime >= DateTime.UnixEpoch:
                return time.UtcDateTime;
            default:
                remarks.Add("invalid-value", field, "a time that is none is left out");
                return null;
        }
    }
}
