using System.Globalization;
using System.Text.Json;
using UsageAdmin.Ingest.Json;

namespace UsageAdmin.Ingest.OpenWebUi;

/// <summary>
/// Times of Open WebUI: seconds since 1970, in places milliseconds or nanoseconds, which their size tells. What lies before
/// 2020 or more than a day ahead of now is none: Open WebUI's own migration takes such values for damaged (ingest.md 3.2).
/// </summary>
internal sealed class OpenWebUiTimes(TimeProvider time)
{
    private const decimal FirstMilliseconds = 10_000_000_000m;
    private const decimal FirstMicroseconds = 10_000_000_000_000m;
    private const decimal FirstNanoseconds = 10_000_000_000_000_000m;

    private static readonly DateTime Earliest = new(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    private readonly DateTime _latest = time.GetUtcNow().UtcDateTime.AddDays(1);

    public DateTime? Read(JsonElement? value, string field, Remarks remarks) => value switch
    {
        null => null,
        { ValueKind: JsonValueKind.Number } number => Read(number.GetRawText(), field, remarks),
        { ValueKind: JsonValueKind.String } => Read(value.Text(remarks), field, remarks),
        _ => Unusable(field, remarks),
    };

    /// <param name="text">A number; null: no time is stated.</param>
    public DateTime? Read(string? text, string field, Remarks remarks)
    {
        if (text is null)
        {
            return null;
        }

        if (!decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) || number < 0)
        {
            return Unusable(field, remarks);
        }

        var ticks = number switch
        {
            < FirstMilliseconds => number * TimeSpan.TicksPerSecond,
            < FirstMicroseconds => number * TimeSpan.TicksPerMillisecond,
            < FirstNanoseconds => number * TimeSpan.TicksPerMicrosecond,
            _ => number / TimeSpan.NanosecondsPerTick,
        };
        return ticks <= (_latest - DateTime.UnixEpoch).Ticks && DateTime.UnixEpoch.AddTicks((long)ticks) is var utc
            && utc >= Earliest
                ? utc
                : Unusable(field, remarks);
    }

    private static DateTime? Unusable(string field, Remarks remarks)
    {
        remarks.Add("invalid-value", field, "a time that is none, or before 2020, or in the future, is left out");
        return null;
    }
}
