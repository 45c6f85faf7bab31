namespace UsageAdmin.Usage.Counting;

/// <summary>Places in a list: 1 for the most, equal ones share a place, the next is counted on (1, 2, 2, 4).</summary>
internal static class Ranking
{
    /// <param name="count">How many somebody has.</param>
    /// <returns>By user; 0 for those not in the list.</returns>
    public static int[] Of(IReadOnlyList<int> users, int places, Func<int, long> count)
    {
        var ranks = new int[places];
        var ordered = users.ToArray();
        var counts = Array.ConvertAll(ordered, user => -count(user));
        Array.Sort(counts, ordered);
        for (var i = 0; i < ordered.Length; i++)
        {
            ranks[ordered[i]] = i > 0 && counts[i] == counts[i - 1] ? ranks[ordered[i - 1]] : i + 1;
        }

        return ranks;
    }
}
