namespace UsageAdmin.Organizations;

/// <summary>
/// Merges groups of too few people (exports.md section 5): what is left of a group must not be one person's.
/// </summary>
public static class SmallGroupRule
{
    /// <summary>
    /// Those that are merged: all with fewer people than <paramref name="smallest"/>, and, while these together have
    /// fewer as well, the next larger ones.
    /// </summary>
    /// <param name="smallest">1: nothing is merged.</param>
    /// <param name="people">How many people a group has.</param>
    /// <param name="together">How many different people several groups have.</param>
    /// <param name="always">Groups that are merged whatever their size.</param>
    public static IReadOnlyList<T> ToMerge<T>(
        IEnumerable<T> groups, int smallest, Func<T, int> people, Func<IReadOnlyList<T>, int> together,
        Func<T, bool>? always = null)
    {
        if (smallest <= 1)
        {
            return [];
        }

        var ordered = groups
            .Select(g => (Group: g, People: people(g), IsMerged: always is not null && always(g)))
            .OrderByDescending(g => g.IsMerged || g.People < smallest).ThenBy(g => g.People).ToList();
        var merged = ordered.TakeWhile(g => g.IsMerged || g.People < smallest).Select(g => g.Group).ToList();
        if (merged.Count == 0)
        {
            return merged;
        }

        for (var union = together(merged); union > 0 && union < smallest && merged.Count < ordered.Count; union = together(merged))
        {
            merged.Add(ordered[merged.Count].Group);
        }

        return merged;
    }
}
