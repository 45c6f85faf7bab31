using System.Buffers;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace UsageAdmin.Ingest;

/// <summary>
/// Strings of JSON files as text that every engine stores: NUL, lone surrogates and bytes that are no UTF-8 become U+FFFD
/// (decisions.md 15). <see cref="JsonElement.GetString"/> would throw on them.
/// </summary>
internal static class StorableText
{
    /// <summary>What keys and external ids may take at most, in bytes of UTF-8.</summary>
    public const int MaxIdBytes = 200;

    private static ReadOnlySpan<byte> Replacement => "\uFFFD"u8;

    /// <summary>An external id made of several: as it is where it is short enough, else its SHA-256.</summary>
    public static string Id(string id) => Encoding.UTF8.GetByteCount(id) <= MaxIdBytes
        ? id
        : Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(id)));

    /// <summary>The string's text in UTF-8.</summary>
    /// <param name="element">A JSON string.</param>
    /// <param name="replaced">Set, never cleared: something had to be replaced.</param>
    public static byte[] Utf8(JsonElement element, ref bool replaced) =>
        Utf8(JsonMarshal.GetRawUtf8Value(element)[1..^1], ref replaced);

    public static string Text(JsonElement element, ref bool replaced) =>
        Encoding.UTF8.GetString(Utf8(element, ref replaced));

    public static string Name(JsonProperty property, ref bool replaced) =>
        Encoding.UTF8.GetString(Utf8(JsonMarshal.GetRawUtf8PropertyName(property), ref replaced));

    /// <param name="escaped">What stands between the quotes; the escapes in it are known to be well formed.</param>
    public static byte[] Utf8(ReadOnlySpan<byte> escaped, ref bool replaced)
    {
        var isValid = System.Text.Unicode.Utf8.IsValid(escaped);
        if (isValid && escaped.IndexOf((byte)'\\') < 0)
        {
            return escaped.ToArray();
        }

        // No escape is shorter than what it stands for; a byte that has to be replaced is.
        var buffer = ArrayPool<byte>.Shared.Rent(isValid ? escaped.Length : escaped.Length * Replacement.Length);
        var text = new Unescaped(buffer);
        while (!escaped.IsEmpty)
        {
            var plain = escaped.IndexOf((byte)'\\');
            AppendValid(ref text, plain < 0 ? escaped : escaped[..plain], ref replaced);
            escaped = plain < 0 ? [] : escaped[(plain + AppendEscape(ref text, escaped[plain..], ref replaced))..];
        }

        var bytes = text.Written.ToArray();
        ArrayPool<byte>.Shared.Return(buffer);
        return bytes;
    }

    private static void AppendValid(ref Unescaped text, ReadOnlySpan<byte> bytes, ref bool replaced)
    {
        if (System.Text.Unicode.Utf8.IsValid(bytes))
        {
            text.Write(bytes);
            return;
        }

        while (!bytes.IsEmpty)
        {
            var valid = Rune.DecodeFromUtf8(bytes, out _, out var consumed) == OperationStatus.Done;
            replaced |= !valid;
            text.Write(valid ? bytes[..consumed] : Replacement);
            bytes = bytes[consumed..];
        }
    }

    /// <returns>How many bytes the escape takes, both halves of a surrogate pair together.</returns>
    private static int AppendEscape(ref Unescaped text, ReadOnlySpan<byte> escape, ref bool replaced)
    {
        if (escape[1] != 'u')
        {
            text.Write([escape[1] switch
            {
                (byte)'b' => (byte)'\b',
                (byte)'f' => (byte)'\f',
                (byte)'n' => (byte)'\n',
                (byte)'r' => (byte)'\r',
                (byte)'t' => (byte)'\t',
                var other => other,
            }]);
            return 2;
        }

        var first = Unit(escape);
        if (char.IsHighSurrogate(first) && escape.Length >= 12 && escape[6] == '\\' && escape[7] == 'u'
            && Rune.TryCreate(first, Unit(escape[6..]), out var pair))
        {
            text.Write(pair);
            return 12;
        }

        if (first != '\0' && Rune.TryCreate(first, out var rune))
        {
            text.Write(rune);
        }
        else
        {
            text.Write(Replacement);
            replaced = true;
        }

        return 6;
    }

    private static char Unit(ReadOnlySpan<byte> escape) =>
        (char)ushort.Parse(escape[2..6], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);

    private ref struct Unescaped(Span<byte> buffer)
    {
        private readonly Span<byte> _buffer = buffer;
        private int _length;

        public readonly ReadOnlySpan<byte> Written => _buffer[.._length];

        public void Write(scoped ReadOnlySpan<byte> bytes)
        {
            bytes.CopyTo(_buffer[_length..]);
            _length += bytes.Length;
        }

        public void Write(Rune rune) => _length += rune.EncodeToUtf8(_buffer[_length..]);
    }
}
