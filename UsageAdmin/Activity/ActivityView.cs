using UsageAdmin.Exports;

namespace UsageAdmin.Activity;

/// <summary>Everything that the Activity page shows for a filter. Goes from prerendering to the circuit as JSON.</summary>
/// <param name="Query">The query string that it was loaded for.</param>
/// <param name="ExportNote">The organisation's own words; null: the default text.</param>
/// <param name="Days">The chosen days; null: no range.</param>
/// <param name="Figures">Without their days, which are in <paramref name="Columns"/> and <paramref name="Parts"/>.</param>
/// <param name="Columns">What the chart shows.</param>
/// <param name="Parts">The export in one or more files; empty without a range.</param>
/// <param name="Chosen">Names of the filter's ids; ids that do not exist are absent.</param>
public sealed record ActivityView(
    string Query, string WorkspaceName, string TimeZone, DateOnly Today, DayOfWeek FirstDayOfWeek, bool IsIdentified,
    bool ExportsEnabled, string? ExportNote, DateRange? Days, ActivityFigures Figures, ActivityPage Page,
    IReadOnlyList<ActivityColumn> Columns, IReadOnlyList<ActivityPart> Parts,
    IReadOnlyDictionary<string, NamedItem> Chosen, IReadOnlyList<DataReach> Reach)
{
    /// <summary>More files than a menu holds: five years in months.</summary>
    private const int MostParts = 60;

    /// <summary>Loads all parts side by side.</summary>
    public static async Task<ActivityView> LoadAsync(
        ActivityQuery query, ActivityScope scope, ActivityFilter filter, TimeProvider time,
        CancellationToken cancellationToken)
    {
        var days = scope.Days(filter, time);
        var figures = query.FiguresAsync(scope, filter, cancellationToken);
        var page = query.PageAsync(scope, filter, cancellationToken);
        var chosen = query.ChosenAsync(scope, filter, cancellationToken);
        var reach = query.ReachAsync(scope, cancellationToken);
        await Task.WhenAll(figures, page, chosen, reach);
        var (counted, organization) = (await figures, scope.Organization);
        return new ActivityView(
            filter.ToQueryString(), scope.Workspace.Name, organization.TimeZone, scope.Today(time),
            organization.FirstDayOfWeek, scope.Identified, organization.ExportsEnabled, organization.ExportNote, days,
            counted with { Days = [] }, await page, ActivityColumn.Of(counted.Days, organization.FirstDayOfWeek),
            PartsOf(days, counted), await chosen, await reach);
    }

    /// <summary>The last instant that any source has brought data for, in UTC.</summary>
    public DateTime? DataUntilUtc => Reach.Max(r => r.DataUntilUtc);

    private static List<ActivityPart> PartsOf(DateRange? days, ActivityFigures figures)
    {
        if (days is not { } range)
        {
            return [];
        }

        if (range.Days <= ActivityFilter.MaxExportDays)
        {
            return [new ActivityPart(range, figures.Conversations)];
        }

        return
        [
            .. ActivityFilter.Parts(range).Take(MostParts).Select(part => new ActivityPart(
                part, figures.Days.Where(d => d.Day >= part.From && d.Day <= part.To).Sum(d => d.Conversations))),
        ];
    }
}

/// <summary>Days that one file holds, and the conversations in it.</summary>
public sealed record ActivityPart(DateRange Days, long Conversations);

/// <summary>A column of the chart: a day, a week or a month, whichever gives few enough columns to tell apart.</summary>
public sealed record ActivityColumn(DateRange Days, long Conversations)
{
    private const int MostDays = 62;
    private const int MostDaysInWeeks = 400;

    public static IReadOnlyList<ActivityColumn> Of(IReadOnlyList<ActivityDay> days, DayOfWeek firstDayOfWeek)
    {
        Func<DateOnly, DateOnly> start = days.Count switch
        {
            <= MostDays => day => day,
            <= MostDaysInWeeks => day => day.AddDays(-(((int)day.DayOfWeek - (int)firstDayOfWeek + 7) % 7)),
            _ => day => new DateOnly(day.Year, day.Month, 1),
        };
        return
        [
            .. days.GroupBy(d => start(d.Day)).Select(column => new ActivityColumn(
                new DateRange(column.First().Day, column.Last().Day), column.Sum(d => d.Conversations))),
        ];
    }
}
