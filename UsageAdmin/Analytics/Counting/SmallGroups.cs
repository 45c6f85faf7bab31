using UsageAdmin.Organizations;

namespace UsageAdmin.Analytics.Counting;

/// <summary>
/// What is shown together in a period because too few people are behind it; empty where user-level data is on. Apps come
/// first: what a category holds is what the apps' rows show of it, so that no difference of the two tells more than either.
/// </summary>
internal sealed class SmallGroups
{
    private readonly Dictionary<int, string> _categories = [];
    private readonly HashSet<string> _mergedCategories = new(StringComparer.Ordinal);

    /// <summary>Apps of <see cref="Apps"/> that were used.</summary>
    private readonly HashSet<int> _used = [];

    private SmallGroups()
    {
    }

    /// <summary>Places of the apps that their workspace's row <see cref="AppFigures.Other"/> stands for.</summary>
    public HashSet<int> Apps { get; } = [];

    public HashSet<int> Sections { get; } = [];

    public HashSet<int> Models { get; } = [];

    /// <param name="months">
    /// Those of the months of a longer period. What is merged in a month in which it was used is merged in the whole, or two
    /// ranges would differ by that month.
    /// </param>
    public static SmallGroups Of(Facts facts, PeriodCounter counter, IReadOnlyCollection<SmallGroups>? months = null)
    {
        var groups = new SmallGroups();
        var smallest = facts.Scope.IsIdentified ? 1 : facts.Scope.SmallestGroup;
        for (var workspace = 0; workspace < facts.WorkspaceIds.Length; workspace++)
        {
            groups.Apps.UnionWith(SmallGroupRule.ToMerge(
                counter.ShownApps.Where(app => facts.Apps[app].Workspace == workspace), smallest,
                app => counter.AppUsers.Count(app), counter.UsersOf,
                app => months?.Any(m => m.Apps.Contains(app) && m._used.Contains(app)) == true));
        }

        groups.MergeCategories(facts, counter, smallest, months);
        if (counter.Breakdown is { } breakdown)
        {
            groups.Sections.UnionWith(SmallGroupRule.ToMerge(
                Used(breakdown.SectionMessages[..^1]), smallest, breakdown.SectionUsers.Count, breakdown.SectionUsers.CountAll,
                section => months?.Any(m => m.Sections.Contains(section)) == true));
            groups.Models.UnionWith(SmallGroupRule.ToMerge(
                Used(counter.ModelMessages[..^1]), smallest, breakdown.ModelUsers.Count, breakdown.ModelUsers.CountAll,
                model => months?.Any(m => m.Models.Contains(model)) == true));
        }

        groups._used.UnionWith(groups.Apps.Where(app => counter.Apps[app].Messages > 0));
        return groups;
    }

    /// <summary>The category that an app is shown in.</summary>
    public string CategoryOf(int app) => _categories[app];

    private void MergeCategories(
        Facts facts, PeriodCounter counter, int smallest, IReadOnlyCollection<SmallGroups>? months)
    {
        foreach (var app in counter.ShownApps)
        {
            _categories.Add(app, Apps.Contains(app) ? AppFigures.Other : facts.CategoryOf(facts.Apps[app], counter.Period.To));
        }

        if (smallest > 1)
        {
            var byCategory = _categories.Where(c => c.Value != AppFigures.Other).ToLookup(c => c.Value, c => c.Key);
            var others = _categories.Where(c => c.Value == AppFigures.Other).Select(c => c.Key).ToList();
            _mergedCategories.UnionWith(SmallGroupRule.ToMerge(
                byCategory.Select(c => c.Key), smallest, category => counter.UsersOf(byCategory[category]),
                merged => counter.UsersOf(merged.SelectMany(category => byCategory[category]).Concat(others)),
                category => months?.Any(m => m._mergedCategories.Contains(category)) == true));
            foreach (var app in _mergedCategories.SelectMany(category => byCategory[category]))
            {
                _categories[app] = AppFigures.Other;
            }
        }
    }

    private static IEnumerable<int> Used(long[] messages) =>
        Enumerable.Range(0, messages.Length).Where(place => messages[place] > 0);
}
