using System.Globalization;
using System.Text;

namespace UsageAdmin.Components.Shared;

/// <summary>Names come from outside and may be of any length.</summary>
internal static class Names
{
    /// <summary>Whether there is anything to see: not only blanks, controls and marks without width.</summary>
    public static bool IsVisible(string name) => name.EnumerateRunes().Any(rune => !Rune.IsWhiteSpace(rune)
        && Rune.GetUnicodeCategory(rune) is not (UnicodeCategory.Control or UnicodeCategory.Format
            or UnicodeCategory.NonSpacingMark or UnicodeCategory.OtherNotAssigned or UnicodeCategory.Surrogate));

    /// <summary>The name, cut between two characters as a reader counts them, if it is longer than that many UTF-16 units.</summary>
    public static string Cut(string name, int longest)
    {
        if (name.Length <= longest)
        {
            return name;
        }

        var end = 0;
        for (int next; (next = StringInfo.GetNextTextElementLength(name, end)) is > 0 && end + next < longest; end += next)
        {
        }

        return string.Concat(name.AsSpan(0, end), "…");
    }
}
