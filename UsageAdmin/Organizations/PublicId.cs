using System.Text;
using System.Text.RegularExpressions;

namespace UsageAdmin.Organizations;

/// <summary>Ids of organisations and workspaces as they stand in URLs, files and commands.</summary>
public static partial class PublicId
{
    /// <summary>The rule in words, for messages and help.</summary>
    public const string Rule = "1 to 64 of a-z 0-9 -";

    public static bool IsValid(string id) => Shape().IsMatch(id);

    /// <summary>An id made from a name: lower case without accents, other characters become hyphens; empty if nothing is left.</summary>
    public static string Propose(string name)
    {
        var letters = name.ToLowerInvariant().Replace("ß", "ss", StringComparison.Ordinal)
            .Normalize(NormalizationForm.FormD)
            .Where(c => char.GetUnicodeCategory(c) != System.Globalization.UnicodeCategory.NonSpacingMark)
            .Select(c => char.IsAsciiLetterOrDigit(c) ? c : '-');
        var proposed = Hyphens().Replace(string.Concat(letters), "-").Trim('-');
        return proposed.Length <= 64 ? proposed : proposed[..64].Trim('-');
    }

    [GeneratedRegex(@"\A[a-z0-9-]{1,64}\z")]
    private static partial Regex Shape();

    [GeneratedRegex("-{2,}")]
    private static partial Regex Hyphens();
}
