namespace UsageAdmin.Components.Shared;

/// <summary>Words of command lines that are shown to be copied.</summary>
internal static class ShellWord
{
    /// <summary>The word as it is where no shell would take it apart, else in single quotes.</summary>
    public static string Of(string word) =>
        word.Length > 0 && word.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' or '@' or '/' or ':')
            ? word
            : $"'{word.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}
