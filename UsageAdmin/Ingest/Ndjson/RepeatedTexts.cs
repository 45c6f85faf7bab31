using System.Buffers.Binary;
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

    /// <returns>Null: it is no valid UTF-8.</returns>
    public string? Get(ReadOnlySpan<byte> utf8)
    {
        if (utf8.Length is 0 or > LongestBytes)
        {
            return New(utf8);
        }

        // What is equal to ASCII is valid.
        ref var place = ref _texts[Place(utf8)];
        return place is not null && Ascii.Equals(utf8, place) ? place : New(utf8) is { } text ? place = text : null;
    }

    private static string? New(ReadOnlySpan<byte> utf8) =>
        System.Text.Unicode.Utf8.IsValid(utf8) ? Encoding.UTF8.GetString(utf8) : null;

    /// <summary>By the end, in which ids with a common start differ, and the length.</summary>
    private static uint Place(ReadOnlySpan<byte> utf8)
    {
        ulong end = 0;
        if (utf8.Length >= sizeof(ulong))
        {
            end = BinaryPrimitives.ReadUInt64LittleEndian(utf8[^sizeof(ulong)..]);
        }
        else
        {
            foreach (var b in utf8)
            {
                end = (end << 8) | b;
            }
        }

        return (uint)(((end ^ (ulong)utf8.Length) * 0x9E3779B97F4A7C15) >> 52);
    }
}
