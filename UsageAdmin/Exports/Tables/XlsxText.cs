using System.Buffers;
using System.Globalization;

namespace UsageAdmin.Exports.Tables;

/// <summary>
/// Text as it stands in a sheet. What XML cannot hold is written as <c>_xHHHH_</c>, and text that reads like that as
/// <c>_x005F_xHHHH_</c> (ECMA-376 part 1, ST_Xstring).
/// </summary>
internal static class XlsxText
{
    /// <summary>UTF-16 units that a cell can hold; programs refuse a file with more.</summary>
    public const int MaxLength = 32_767;

    /// <summary>Characters that do not go as they are. CR does not survive XML either (XML 1.0, 2.11).</summary>
    private static readonly SearchValues<char> Special = SearchValues.Create(
        [.. Enumerable.Range(0, 0x20).Select(c => (char)c).Where(c => c is not '\t' and not '\n'), '&', '<', '>', '_', '\uFFFE', '\uFFFF']);

    private static readonly SearchValues<char> Unholdable = SearchValues.Create(
        [.. Enumerable.Range(0, 0x20).Select(c => (char)c).Where(c => c is not '\t' and not '\n'), '\uFFFE', '\uFFFF']);

    /// <summary>Whether readers would trim it otherwise.</summary>
    public static bool NeedsSpaceKept(string text) =>
        text.Length > 0 && (char.IsWhiteSpace(text[0]) || char.IsWhiteSpace(text[^1]) || text.Contains('\n'));

    /// <summary>Text longer than <see cref="MaxLength"/> is cut and ends with "…"; no pair of surrogates is cut in two.</summary>
    public static void Write(Utf8Output output, ReadOnlySpan<char> text)
    {
        if (text.Length <= MaxLength)
        {
            Escaped(output, text);
            return;
        }

        var end = MaxLength - 1;
        Escaped(output, text[..(char.IsHighSurrogate(text[end - 1]) && char.IsLowSurrogate(text[end]) ? end - 1 : end)]);
        output.Raw("…"u8);
    }

    private static void Escaped(Utf8Output output, ReadOnlySpan<char> text)
    {
        for (var next = text.IndexOfAny(Special); next >= 0; next = text.IndexOfAny(Special))
        {
            output.Text(text[..next]);
            switch (text[next])
            {
                case '&':
                    output.Raw("&amp;"u8);
                    break;
                case '<':
                    output.Raw("&lt;"u8);
                    break;
                case '>':
                    output.Raw("&gt;"u8);
                    break;
                case '_':
                    output.Raw(ReadsLikeEscape(text[next..]) ? "_x005F_"u8 : "_"u8);
                    break;
                default:
                    output.Text(string.Create(CultureInfo.InvariantCulture, $"_x{(int)text[next]:X4}_"));
                    break;
            }

            text = text[(next + 1)..];
        }

        output.Text(text);
    }

    /// <summary>Whether <c>_xHHHH</c> comes, and then an underscore or what is written as one.</summary>
    private static bool ReadsLikeEscape(ReadOnlySpan<char> text) =>
        text.Length >= 7 && (text[1] is 'x' or 'X')
        && !text.Slice(2, 4).ContainsAnyExcept(HexDigits)
        && (text[6] == '_' || Unholdable.Contains(text[6]));

    private static readonly SearchValues<char> HexDigits = SearchValues.Create("0123456789ABCDEFabcdef");
}
