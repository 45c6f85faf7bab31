using System.Buffers;

namespace UsageAdmin.Data;

/// <summary>Text as exports write it into JSON: only <c>"</c>, <c>\</c> and bytes below 0x20 are escaped.</summary>
public static class JsonText
{
    private static readonly SearchValues<byte> Escaped =
        SearchValues.Create([(byte)'"', (byte)'\\', .. Enumerable.Range(0, 0x20).Select(b => (byte)b)]);

    /// <summary>
    /// Bytes that the text takes as a JSON string, both quotes included: two for <c>\" \\ \b \t \n \f \r</c>, six for the
    /// other control characters, one for each other byte.
    /// </summary>
    public static long EscapedLength(ReadOnlySpan<byte> utf8)
    {
        var length = utf8.Length + 2L;
        for (var next = utf8.IndexOfAny(Escaped); next >= 0; next = utf8.IndexOfAny(Escaped))
        {
            length += utf8[next] is (byte)'"' or (byte)'\\' or (byte)'\b' or (byte)'\t' or (byte)'\n' or (byte)'\f' or (byte)'\r'
                ? 1
                : 5;
            utf8 = utf8[(next + 1)..];
        }

        return length;
    }
}
