namespace UsageAdmin.Analytics.Counting;

/// <summary>The apps of a period by category; small categories are merged where user-level data is off.</summary>
internal sealed class CategorySummary
{
    private sealed record Category(string Name, List<int> Apps);

    private readonly Facts _facts;
    private readonly PeriodCounter _counter;
    private readonly Dictionary<int, string> _labels = [];
    private readonly List<Category> _categories;

    public CategorySummary(Facts facts, PeriodCounter counter)
    {
        (_facts, _counter) = (facts, counter);
        var end = counter.Period.To;
        var found = Enumerable.Range(0, facts.Apps.Length)
            .Where(app => facts.Exists(facts.Apps[app], end) || counter.Apps[app].Messages > 0)
            .GroupBy(app => facts.CategoryOf(facts.Apps[app], end), StringComparer.Ordinal)
            .Select(group => new Category(group.Key, [.. group])).ToList();
        var merged = facts.Scope.IsIdentified
            ? []
            : Groups.ToMerge(found, facts.Scope.SmallestGroup, c => counter.UsersOf(c.Apps), cs => counter.UsersOf(cs.SelectMany(c => c.Apps)));
        _categories = [.. found.Except(merged)];
        if (merged.Count > 0)
        {
            // A category of that name may be there already; what is shown of both is their sum.
            var others = _categories.Where(c => c.Name == AppFigures.Other).Concat(merged).ToList();
            _categories.RemoveAll(c => c.Name == AppFigures.Other);
            _categories.Add(new Category(AppFigures.Other, [.. others.SelectMany(c => c.Apps)]));
        }

        foreach (var category in _categories)
        {
            category.Apps.ForEach(app => _labels.Add(app, category.Name));
        }
    }

    /// <summary>The category that an app of the period is shown in.</summary>
    public string LabelOf(int app) => _labels[app];

    /// <summary>Categories with active or published apps.</summary>
    public IReadOnlyList<CategoryFigures> Rows()
    {
        var end = _counter.Period.To;
        var rows = _categories
            .Select(category => new CategoryFigures(
                category.Name, category.Apps.Count(app => _counter.Apps[app].Messages > 0), null,
                category.Apps.Count(app => _facts.WasPublished(_facts.Apps[app], end)), _counter.UsersOf(category.Apps),
                category.Apps.Sum(app => _counter.Apps[app].Sessions), category.Apps.Sum(app => _counter.Apps[app].Messages)))
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
