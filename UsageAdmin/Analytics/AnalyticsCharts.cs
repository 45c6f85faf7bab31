using UsageAdmin.Analytics.Counting;
using UsageAdmin.Components.Shared;

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

    public static IReadOnlyList<NamedFigures> Models(Facts facts, PeriodCounter counter) => Largest(
    [
        .. Enumerable.Range(0, facts.Models.Length + 1).Where(m => counter.ModelMessages[m] > 0).Select(m =>
            m == facts.Models.Length
                ? new NamedFigures(NamedKind.None, null, counter.ModelMessages[m], counter.Breakdown!.ModelUsers.Count(m))
                : Named(facts.Models[m].PublicId, counter.ModelMessages[m], counter.Breakdown!.ModelUsers.Count(m))),
    ]);

    public static IReadOnlyList<NamedFigures> Sections(Facts facts, PeriodCounter counter)
    {
        var used = Enumerable.Range(0, facts.Sections.Length).Where(s => counter.Breakdown!.SectionMessages[s] > 0).ToList();
        if (used.Count == 0)
        {
            return [];
        }

        var merged = facts.Scope.IsIdentified
            ? []
            : Groups.ToMerge(used, facts.Scope.SmallestGroup, s => counter.Breakdown!.SectionUsers.Count(s), Together);
        var bars = used.Except(merged)
            .Select(s => Named(facts.Sections[s].Name, counter.Breakdown!.SectionMessages[s], counter.Breakdown!.SectionUsers.Count(s))).ToList();
        if (merged.Count > 0)
        {
            bars.Add(new NamedFigures(NamedKind.Other, null, merged.Sum(s => counter.Breakdown!.SectionMessages[s]), Together(merged)));
        }

        var none = facts.Sections.Length;
        if (counter.Breakdown!.SectionMessages[none] > 0)
        {
            bars.Add(new NamedFigures(NamedKind.None, null, counter.Breakdown!.SectionMessages[none], counter.Breakdown!.SectionUsers.Count(none)));
        }

        return Largest(bars);

        int Together(IReadOnlyList<int> sections)
        {
            var users = counter.Breakdown!.SectionUsers.Empty();
            foreach (var section in sections)
            {
                counter.Breakdown!.SectionUsers.Join(section, users);
            }

            return Bits.Count(users);
        }
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
