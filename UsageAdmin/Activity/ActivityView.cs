using UsageAdmin.Components.Shared;
using UsageAdmin.Data;
using UsageAdmin.Exports;

namespace UsageAdmin.Activity;

/// <summary>Everything that the Activity page shows for a filter. Goes from prerendering to the circuit as JSON.</summary>
/// <param name="WorkspaceId">With <paramref name="Query"/>: the address that it was loaded for.</param>
/// <param name="ExportNote">The organisation's own words; null: the default text.</param>
/// <param name="Days">The chosen days; null: no range.</param>
/// <param name="Figures">Without their days, which are in <paramref name="Columns"/> and <paramref name="Parts"/>.</param>
/// <param name="Columns">What the chart shows.</param>
/// <param name="Parts">The export in one or more files; empty without a range.</param>
/// <param name="Chosen">Names of the filter's ids; ids that do not exist are absent.</param>
public sealed record ActivityView(
    string WorkspaceId, string Query, string WorkspaceName, string TimeZone, DateOnly Today, DayOfWeek FirstDayOfWeek, bool IsIdentified,
    bool ExportsEnabled, string? ExportNote, DateRange? Days, ActivityFigures Figures, ActivityPage Page,
    IReadOnlyList<ActivityColumn> Columns, IReadOnlyList<ActivityPart> Parts,
    IReadOnlyDictionary<string, NamedItem> Chosen, IReadOnlyList<DataReach> Reach)
{
    /// <summary>More files than a menu holds: five years in months.</summary>
    private const int MostParts = 60;

    /// <summary>
    /// Names may have any length, but the whole view goes to the browser and back in one message of limited size.
    /// </summary>
    private const int LongestName = 100;
    private const int MostSections = 5;

    /// <summary>Loads all parts side by side.</summary>
    public static async Task<ActivityView> LoadAsync(
        ActivityQuery query, ActivityScope scope, ActivityFilter filter, TimeProvider time,
        CancellationToken cancellationToken)
    {
        var days = scope.Days(filter, time);
        var found = query.FindAsync(scope, filter, cancellationToken);
        var chosen = query.ChosenAsync(scope, filter, cancellationToken);
        var reach = query.ReachAsync(scope, cancellationToken);
        await Task.WhenAll(found, chosen, reach);
        var ((counted, page), organization) = (await found, scope.Organization);
        return new ActivityView(
            scope.Workspace.PublicId, filter.ToQueryString(), scope.Workspace.Name, organization.TimeZone, scope.Today(time),
            organization.FirstDayOfWeek, scope.Identified, organization.ExportsEnabled, organization.ExportNote, days,
            counted with { Days = [] }, Cut(page), ActivityColumn.Of(counted.Days, organization.FirstDayOfWeek),
            PartsOf(days, counted), (await chosen).ToDictionary(c => c.Key, c => Cut(c.Value)),
            [.. (await reach).Select(r => r with { Source = Names.Cut(r.Source, LongestName) })]);
    }

    /// <summary>The last instant that any source has brought data for, in UTC.</summary>
    public DateTime? DataUntilUtc => Reach.Max(r => r.DataUntilUtc);

    private static ActivityPage Cut(ActivityPage page) => page with
    {
        Rows =
        [
            .. page.Rows.Select(row => row with
            {
                User = Cut(row.User),
                App = row.App is { } app ? Cut(app) : null,
                Sections = [.. row.Sections.Take(MostSections).Select(Cut)],
                Model = row.Model is { } model ? Names.Cut(model, LongestName) : null,
            }),
        ],
    };

    /// <summary>A name that cannot be seen gives way to the address or id.</summary>
    private static NamedItem Cut(NamedItem item) => item with
    {
        Name = item.Name is { } name && Names.IsVisible(name) ? Names.Cut(name, LongestName) : null,
        Email = item.Email is { } email ? Names.Cut(email, LongestName) : null,
    };

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
