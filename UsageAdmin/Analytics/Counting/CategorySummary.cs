namespace UsageAdmin.Analytics.Counting;

/// <summary>The apps of a period by the category that they are shown in.</summary>
internal sealed class CategorySummary(Facts facts, PeriodCounter counter, SmallGroups groups)
{
    /// <summary>Categories with active or published apps.</summary>
    public IReadOnlyList<CategoryFigures> Rows()
    {
        var end = counter.Period.To;
        var rows = counter.ShownApps.GroupBy(groups.CategoryOf)
            .Select(category => new CategoryFigures(
                category.Key, category.Count(app => counter.Apps[app].Messages > 0), null,
                category.Count(app => facts.WasPublished(facts.Apps[app], end)), counter.UsersOf(category),
                category.Sum(app => counter.Apps[app].Sessions), category.Sum(app => counter.Apps[app].Messages)))
            .Where(row => row.ActiveApps > 0 || row.PublishedApps > 0)
            .OrderByDescending(row => row.MessagesTotal).ThenBy(row => row.Category, StringComparer.Ordinal).ToList();
        return [.. rows.Zip(Shares([.. rows.Select(r => r.ActiveApps)]), (row, share) => row with { ActiveAppsShare = share })];
    }

    /// <summary>
    /// Shares in ten-thousandths that add up to 1: rounded down, and what is missing goes to the largest remainders.
    /// </summary>
    internal static IReadOnlyList<decimal?> Shares(IReadOnlyList<int> parts)
    {
        const long Whole = 10_000;
        var sum = parts.Sum(p => (long)p);
        if (sum == 0)
        {
            return [.. parts.Select(_ => (decimal?)null)];
        }

        var shares = parts.Select(p => p * Whole / sum).ToArray();
        foreach (var place in Enumerable.Range(0, parts.Count).OrderByDescending(i => parts[i] * Whole % sum)
            .Take((int)(Whole - shares.Sum())))
        {
            shares[place]++;
        }

        return [.. shares.Select(share => (decimal?)share / Whole)];
    }
}
