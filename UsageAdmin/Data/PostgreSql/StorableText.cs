namespace UsageAdmin.Data.PostgreSql;

/// <summary>
/// Text as PostgreSQL takes it. It has no NUL (and neither has anything that was imported, decisions.md 15), so what is
/// looked up with one is not found instead of being an error.
/// </summary>
internal static class StorableText
{
    private const char Replacement = '\uFFFD';

    public static string Of(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '\0' || char.IsSurrogate(text[i]))
            {
                return Replaced(text);
            }
        }

        return text;
    }

    private static string Replaced(string text) => string.Create(text.Length, text, static (made, from) =>
    {
        for (var i = 0; i < made.Length; i++)
        {
            if (char.IsHighSurrogate(from[i]) && i + 1 < from.Length && char.IsLowSurrogate(from[i + 1]))
            {
                (made[i], made[i + 1]) = (from[i], from[i + 1]);
                i++;
            }
            else
            {
                made[i] = from[i] == '\0' || char.IsSurrogate(from[i]) ? Replacement : from[i];
            }
        }
    });
}
