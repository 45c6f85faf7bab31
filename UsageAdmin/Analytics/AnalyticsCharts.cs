using UsageAdmin.Analytics.Counting;
using UsageAdmin.Components.Shared;
using UsageAdmin.Data;

namespace UsageAdmin.Analytics;

/// <summary>The bars of the page: the largest by messages, the rest together, and what has no name.</summary>
internal static class AnalyticsCharts
{
    private const int MostBars = 8;
    private const int LongestName = 100;

    public static IReadOnlyList<NamedFigures> Apps(PeriodSummary figures) => Largest(
    [
        .. figures.Apps.Where(a => a.MessagesTotal > 0).GroupBy(a => (a.IsWithoutApp, a.Status is null)).SelectMany(group => group.Key switch
        {
            (true, _) => [new NamedFigures(NamedKind.None, null, group.Sum(a => a.MessagesTotal), group.Count() == 1 ? group.First().UniqueUsers : null)],
            (_, true) => [new NamedFigures(NamedKind.Other, null, group.Sum(a => a.MessagesTotal), group.Count() == 1 ? group.First().UniqueUsers : null)],
            _ => group.GroupBy(a => a.Name ?? a.AppId).SelectMany(OfOneName),
        }),
    ]);

    /// <summary>Apps of the same name are told apart by their workspace.</summary>
    private static IEnumerable<NamedFigures> OfOneName(IGrouping<string, AppFigures> apps) => apps.Select(app => Named(
        apps.Count() == 1 ? apps.Key : $"{Names.Cut(apps.Key, LongestName / 2)} · {app.WorkspaceName}", app.MessagesTotal,
        app.UniqueUsers));

    public static IReadOnlyList<NamedFigures> Categories(PeriodSummary figures) => Largest(
    [
        .. figures.Categories.Where(c => c.MessagesTotal > 0).Select(c => c.Category switch
        {
            CategoryFigures.Uncategorized => new NamedFigures(NamedKind.None, null, c.MessagesTotal, c.UniqueUsers),
            AppFigures.Other => new NamedFigures(NamedKind.Other, null, c.MessagesTotal, c.UniqueUsers),
            _ => Named(c.Category, c.MessagesTotal, c.UniqueUsers),
        }),
    ]);

    public static IReadOnlyList<NamedFigures> Models(Facts facts, PeriodCounter counter, SmallGroups groups) => Of(
        counter.ModelMessages, counter.Breakdown!.ModelUsers, groups.Models, model => facts.Models[model].PublicId);

    /// <summary>Empty where no section was used.</summary>
    public static IReadOnlyList<NamedFigures> Sections(Facts facts, PeriodCounter counter, SmallGroups groups) =>
        counter.Breakdown!.SectionMessages[..^1].All(messages => messages == 0)
            ? []
            : Of(
                counter.Breakdown.SectionMessages, counter.Breakdown.SectionUsers, groups.Sections,
                section => facts.Sections[section].Name);

    /// <param name="messages">By place; the last one is that of what has no name.</param>
    private static List<NamedFigures> Of(
        long[] messages, Bits users, HashSet<int> merged, Func<int, string> nameOf)
    {
        var none = messages.Length - 1;
        var bars = Enumerable.Range(0, none).Where(place => messages[place] > 0 && !merged.Contains(place))
            .Select(place => Named(nameOf(place), messages[place], users.Count(place))).ToList();
        if (merged.Count > 0)
        {
            bars.Add(new NamedFigures(
                NamedKind.Other, null, merged.Sum(place => messages[place]), users.CountAll(merged)));
        }

        if (messages[none] > 0)
        {
            bars.Add(new NamedFigures(NamedKind.None, null, messages[none], users.Count(none)));
        }

        return Largest(bars);
    }

    private static NamedFigures Named(string name, long messages, int people) =>
        new(NamedKind.Named, Names.Cut(name, LongestName), messages, people);

    /// <summary>Most messages first; behind them the rest together, and last what has no name.</summary>
    private static List<NamedFigures> Largest(List<NamedFigures> bars)
    {
        var named = bars.Where(b => b.Kind == NamedKind.Named).OrderByDescending(b => b.Messages)
            .ThenBy(b => b.Name, StringComparer.Ordinal).ToList();
        var rest = named.Skip(MostBars).Concat(bars.Where(b => b.Kind == NamedKind.Other)).ToList();
        return
        [
            .. named.Take(MostBars),
            .. rest.Count == 0
                ? Array.Empty<NamedFigures>()
                : [new NamedFigures(NamedKind.Other, null, rest.Sum(b => b.Messages), rest.Count == 1 ? rest[0].People : null)],
            .. bars.Where(b => b.Kind == NamedKind.None),
        ];
    }
}
