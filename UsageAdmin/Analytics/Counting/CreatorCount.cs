namespace UsageAdmin.Analytics.Counting;

/// <summary>What one person made, and what came of it in a period.</summary>
internal sealed class CreatorCount
{
    public int AppsCreated { get; set; }

    public int AppsPublished { get; set; }

    public int AppsCreatedTotal { get; set; }

    public int AppsPublishedTotal { get; set; }

    public int UsersReached { get; set; }

    public long ConversationsOnOwnApps { get; set; }

    public Dictionary<string, int> ActiveByCategory { get; } = new(StringComparer.Ordinal);

    /// <summary>Most first, then by name.</summary>
    public IReadOnlyList<KeyValuePair<string, int>> Categories =>
        [.. ActiveByCategory.OrderByDescending(c => c.Value).ThenBy(c => c.Key, StringComparer.Ordinal)];
}
