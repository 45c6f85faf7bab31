namespace UsageAdmin.Ingest.Ndjson;

/// <summary>Times as RFC 3339 writes them, zone included; cut to milliseconds.</summary>
internal static class Rfc3339
{
    /// <summary>Years outside of 1970 to 2999 are defaults or mistakes of the source.</summary>
    private const int FirstYear = 1970;
    private const int LastYear = 2999;

    public static bool TryParse(ReadOnlySpan<byte> text, out DateTime utc)
    {
        utc = default;
        if (!TryParseDate(text, out var date) || text.Length < 20 || text[10] is not ((byte)'T' or (byte)'t' or (byte)' ') ||
            !Digits(text, 11, 2, out var hour) || text[13] != (byte)':' || !Digits(text, 14, 2, out var minute) ||
            text[16] != (byte)':' || !Digits(text, 17, 2, out var second) || hour > 23 || minute > 59 || second > 60)
        {
            return false;
        }

        var at = 19;
        long ticks = 0;
        if (text[at] == (byte)'.')
        {
            at++;
            var unit = TimeSpan.TicksPerSecond;
            var start = at;
            while (at < text.Length && text[at] is >= (byte)'0' and <= (byte)'9')
            {
                unit /= 10;
                ticks += unit * (text[at] - '0');
                at++;
            }

            if (at == start)
            {
                return false;
            }
        }

        if (!Offset(text[at..], out var offsetMinutes))
        {
            return false;
        }

        ticks += date.Ticks + ((hour * 3600L) + (minute * 60L) + second - (offsetMinutes * 60L)) * TimeSpan.TicksPerSecond;
        ticks -= ticks % TimeSpan.TicksPerMillisecond;
        if (ticks < DateTime.UnixEpoch.Ticks)
        {
            return false;
        }

        utc = new DateTime(ticks, DateTimeKind.Utc);
        return true;
    }

    /// <summary>A date alone, as its midnight in UTC.</summary>
    public static bool TryParseDay(ReadOnlySpan<byte> text, out DateTime utc)
    {
        utc = default;
        return text.Length == 10 && TryParseDate(text, out utc);
    }

    /// <summary>Milliseconds since 1970.</summary>
    public static bool TryFromMilliseconds(long milliseconds, out DateTime utc)
    {
        utc = default;
        if (milliseconds < 0 || milliseconds >= new DateTimeOffset(LastYear + 1, 1, 1, 0, 0, 0, TimeSpan.Zero).ToUnixTimeMilliseconds())
        {
            return false;
        }

        utc = DateTime.UnixEpoch.AddMilliseconds(milliseconds);
        return true;
    }

    private static bool TryParseDate(ReadOnlySpan<byte> text, out DateTime date)
    {
        date = default;
        if (text.Length < 10 || !Digits(text, 0, 4, out var year) || text[4] != (byte)'-' ||
            !Digits(text, 5, 2, out var month) || text[7] != (byte)'-' || !Digits(text, 8, 2, out var day) ||
            year is < FirstYear or > LastYear || month is < 1 or > 12 || day < 1 ||
            day > DateTime.DaysInMonth(year, month))
        {
            return false;
        }

        date = new DateTime(year, month, day, 0, 0, 0, DateTimeKind.Utc);
        return true;
    }

    private static bool Offset(ReadOnlySpan<byte> text, out int minutes)
    {
        minutes = 0;
        if (text.Length == 1)
        {
            return text[0] is (byte)'Z' or (byte)'z';
        }

        if (text.Length != 6 || text[0] is not ((byte)'+' or (byte)'-') || text[3] != (byte)':' ||
            !Digits(text, 1, 2, out var hours) || !Digits(text, 4, 2, out var rest) || hours > 23 || rest > 59)
        {
            return false;
        }

        minutes = ((hours * 60) + rest) * (text[0] == (byte)'-' ? -1 : 1);
        return true;
    }

    private static bool Digits(ReadOnlySpan<byte> text, int start, int count, out int value)
    {
        value = 0;
        if (text.Length < start + count)
        {
            return false;
        }

        foreach (var digit in text.Slice(start, count))
        {
            if (digit is < (byte)'0' or > (byte)'9')
            {
                return false;
            }

            value = (value * 10) + digit - '0';
        }

        return true;
    }
}
