using System.Globalization;

namespace UsageAdmin.Components.Shared;

/// <summary>Names come from outside and may be of any length.</summary>
internal static class Names
{
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
