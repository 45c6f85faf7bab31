using System.Text;

namespace UsageAdmin.Ingest.Ndjson;

/// <summary>
/// Gives the same string again for ids and names that came lately: records name the same conversations, parents and models
/// over and over. Not safe for use by two threads at once.
/// </summary>
internal sealed class RepeatedTexts
{
    private const int Places = 4096;
    private const int LongestBytes = 64;

    private readonly string?[] _texts = new string?[Places];

    /// <param name="utf8">Valid UTF-8.</param>
    public string Get(ReadOnlySpan<byte> utf8)
    {
        if (utf8.Length is 0 or > LongestBytes)
        {
            return Encoding.UTF8.GetString(utf8);
        }

        ref var place = ref _texts[Place(utf8)];
        return place is not null && Ascii.Equals(utf8, place) ? place : place = Encoding.UTF8.GetString(utf8);
    }

    /// <summary>By the end, in which ids with a common start differ, and the length.</summary>
    private static uint Place(ReadOnlySpan<byte> utf8)
    {
        ulong end = 0;
        foreach (var b in utf8[^Math.Min(utf8.Length, sizeof(ulong))..])
        {
            end = (end << 8) | b;
        }

        return (uint)(((end ^ (ulong)utf8.Length) * 0x9E3779B97F4A7C15) >> 52);
    }
}
