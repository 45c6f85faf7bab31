using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace UsageAdmin.Ingest.Ndjson;

/// <summary>JSON strings as valid UTF-8: NUL, lone surrogates and broken bytes become U+FFFD (decisions.md 15).</summary>
internal static class JsonStrings
{
    private static ReadOnlySpan<byte> Replacement => "\uFFFD"u8;

    /// <summary>The text of the reader's string token.</summary>
    /// <param name="isReplaced">Whether a character had to be replaced.</param>
    public static byte[] Decode(in Utf8JsonReader reader, out bool isReplaced)
    {
        isReplaced = false;
        var raw = reader.ValueSpan;
        if (!reader.ValueIsEscaped && Utf8.IsValid(raw))
        {
            return raw.ToArray();
        }

        var buffer = ArrayPool<byte>.Shared.Rent(Math.Max(raw.Length * 3, 16));
        try
        {
            var length = Unescape(raw, buffer, out isReplaced);
            return buffer.AsSpan(0, length).ToArray();
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>Escapes never grow; a broken byte grows to three.</summary>
    private static int Unescape(ReadOnlySpan<byte> raw, Span<byte> target, out bool isReplaced)
    {
        isReplaced = false;
        var length = 0;
        while (!raw.IsEmpty)
        {
            var plain = raw.IndexOf((byte)'\\');
            plain = plain < 0 ? raw.Length : plain;
            length += CopyValid(raw[..plain], target[length..], ref isReplaced);
            raw = raw[plain..];
            if (raw.IsEmpty)
            {
                break;
            }

            if (raw[1] != (byte)'u')
            {
                target[length++] = raw[1] switch
                {
                    (byte)'b' => (byte)'\b',
                    (byte)'f' => (byte)'\f',
                    (byte)'n' => (byte)'\n',
                    (byte)'r' => (byte)'\r',
                    (byte)'t' => (byte)'\t',
                    var character => character,
                };
                raw = raw[2..];
                continue;
            }

            var unit = Unit(raw);
            raw = raw[6..];
            Rune rune;
            if (char.IsHighSurrogate(unit) && raw.Length >= 6 && raw[0] == (byte)'\\' && raw[1] == (byte)'u' &&
                char.IsLowSurrogate(Unit(raw)))
            {
                rune = new Rune(unit, Unit(raw));
                raw = raw[6..];
            }
            else if (unit == 0 || !Rune.TryCreate(unit, out rune))
            {
                rune = Rune.ReplacementChar;
                isReplaced = true;
            }

            length += rune.EncodeToUtf8(target[length..]);
        }

        return length;
    }

    private static char Unit(ReadOnlySpan<byte> escape) =>
        (char)ushort.Parse(escape.Slice(2, 4), NumberStyles.HexNumber, CultureInfo.InvariantCulture);

    private static int CopyValid(ReadOnlySpan<byte> source, Span<byte> target, ref bool isReplaced)
    {
        if (Utf8.IsValid(source))
        {
            source.CopyTo(target);
            return source.Length;
        }

        isReplaced = true;
        var length = 0;
        while (!source.IsEmpty)
        {
            var status = Rune.DecodeFromUtf8(source, out var _, out var consumed);
            var part = status == OperationStatus.Done ? source[..consumed] : Replacement;
            part.CopyTo(target[length..]);
            length += part.Length;
            source = source[consumed..];
        }

        return length;
    }
}
