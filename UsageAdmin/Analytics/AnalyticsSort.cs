namespace UsageAdmin.Analytics;

/// <summary>The tables of the Org Analytics page. Names in URLs are lower-case.</summary>
public enum AnalyticsTableKind
{
    People,
    Apps,
    Categories,
}

/// <summary>What the tables can be sorted by, as <c>sort=</c> names it.</summary>
public static class AnalyticsSort
{
    private static readonly string[] People =
        ["messages", "name", "conversations", "days", "created", "reached", "last"];

    private static readonly string[] Apps =
        ["messages", "name", "category", "users", "conversations", "flagged", "moderated", "last"];

    private static readonly string[] Categories =
        ["messages", "name", "apps", "published", "users", "conversations"];

    /// <summary>The first is what a table is sorted by if nothing is said.</summary>
    public static IReadOnlyList<string> Keys(AnalyticsTableKind table) => table switch
    {
        AnalyticsTableKind.People => People,
        AnalyticsTableKind.Apps => Apps,
        _ => Categories,
    };
}
