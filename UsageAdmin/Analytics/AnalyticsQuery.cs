using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using UsageAdmin.Analytics.Counting;
using UsageAdmin.Components.Shared;
using UsageAdmin.Data;
using UsageAdmin.Data.RollUps;
using UsageAdmin.Data.Schema;
using UsageAdmin.Exports;
using UsageAdmin.Organizations;

namespace UsageAdmin.Analytics;

/// <summary>
/// What the Org Analytics page shows: one snapshot, the roll-up alone, never a message. The caller has checked the right.
/// </summary>
public sealed class AnalyticsQuery(
    UsageDatabase database, IDbContextFactory<UsageDbContext> contexts, Pseudonyms pseudonyms,
    IOptions<PrivacyOptions> privacy, TimeProvider time)
{
    /// <summary>Names may have any length, but the view goes to the browser and back in one message of limited size.</summary>
    private const int LongestName = 100;

    /// <summary>The period before is compared with if at most this part of it, one in ten, lies before the first data.</summary>
    private const int LeastCovered = 10;

    /// <param name="workspaceIds">Public ids; empty: all.</param>
    /// <param name="unknown">Ids that are none of the organisation's.</param>
    public AnalyticsScope ScopeOf(
        Organization organization, IReadOnlyList<string> workspaceIds, out IReadOnlyList<string> unknown)
    {
        using var db = contexts.CreateDbContext();
        var all = db.Workspaces.AsNoTracking().Where(w => w.OrganizationId == organization.Id).OrderBy(w => w.Id).ToList();
        unknown = [.. workspaceIds.Except(all.Select(w => w.PublicId), StringComparer.Ordinal)];
        var chosen = all.Where(w => workspaceIds.Contains(w.PublicId)).ToList();
        return new AnalyticsScope(organization, chosen.Count > 0 ? chosen : all, privacy.Value.SmallestGroup);
    }

    /// <summary>The page for a filter; ids that do not exist are left out.</summary>
    /// <param name="openWorkspaces">Public ids of the workspaces whose activity the account may see.</param>
    public Task<AnalyticsView> ViewAsync(
        Organization organization, AnalyticsFilter filter, IReadOnlyList<string> openWorkspaces,
        CancellationToken cancellationToken = default) =>

        // The database answers synchronously, so the work leaves the caller's thread (a circuit's).
        Task.Run(() => View(organization, filter, openWorkspaces, cancellationToken), cancellationToken);

    private AnalyticsView View(
        Organization organization, AnalyticsFilter filter, IReadOnlyList<string> openWorkspaces,
        CancellationToken cancellationToken)
    {
        var scope = ScopeOf(organization, filter.Workspaces, out _);
        var choices = scope.Workspaces;
        if (filter.Workspaces.Count > 0)
        {
            choices = ScopeOf(organization, [], out _).Workspaces;
        }

        using var session = database.OpenRead();
        var reader = new AnalyticsReader(session, scope, pseudonyms, cancellationToken);
        var now = time.GetUtcNow().UtcDateTime;
        var today = scope.Today(time);
        var months = filter.Resolve(today);
        var running = Month.Of(today);
        var range = Period.Of(months.Days, scope.Zone);
        var usedBefore = reader.UsedBefore(range.From);
        var whole = reader.NewWhole(range);
        var byMonth = new List<MonthOfAnalytics>();
        var groups = new List<SmallGroups>();
        var rows = 0L;
        foreach (var month in months.Months)
        {
            var counter = reader.Count(Period.Of(new DateRange(month.FirstDay, month.LastDay), scope.Zone), whole);
            groups.Add(SmallGroups.Of(reader.Facts, counter));
            var summary = PeriodSummary.Of(reader.Facts, reader.People, counter, usedBefore, groups[^1]);
            byMonth.Add(new MonthOfAnalytics(month, month == running, summary.General));
            rows += summary.UserRowCount + summary.Apps.Count + summary.Categories.Count + 1;
        }

        var merged = SmallGroups.Of(reader.Facts, whole, groups);
        var figures = PeriodSummary.Of(reader.Facts, reader.People, whole, usedBefore, merged);
        var (compared, before) = Before(reader, scope, months, today, now, usedBefore);
        return new AnalyticsView(
            organization.PublicId, filter.ToQueryString(), organization.Name, organization.TimeZone, today,
            organization.FirstDayOfWeek, scope.IsIdentified, organization.ExportsEnabled, organization.ExportNote, months,
            months.To == running, figures.General, compared, before, byMonth, AnalyticsCharts.Apps(figures),
            AnalyticsCharts.Categories(figures), AnalyticsCharts.Models(reader.Facts, whole, merged),
            AnalyticsCharts.Sections(reader.Facts, whole, merged), whole.Breakdown!.Hours,
            AnalyticsTables.Page(reader, figures, whole, filter),
            [.. choices.Select(w => new WorkspaceChoice(w.PublicId, w.Name, filter.Workspaces.Contains(w.PublicId)))],
            openWorkspaces,
            [.. DataReach.Read(session, reader.Facts.WorkspaceIds).Select(r => r with { Source = Names.Cut(r.Source, LongestName) })],
            rows);
    }

    /// <summary>
    /// As many months before. While the last month is still running, the last month before counts as far as the running one
    /// has come, to the quarter-hour.
    /// </summary>
    private static (DateRange Days, GeneralFigures? Figures) Before(
        AnalyticsReader reader, AnalyticsScope scope, MonthRange months, DateOnly today, DateTime now, Bits usedBefore)
    {
        var earlier = new MonthRange(months.From.Plus(-months.Count), months.From.Plus(-1));
        var days = earlier.Days;
        var period = Period.Of(days, scope.Zone);
        if (months.To == Month.Of(today))
        {
            var last = earlier.To.FirstDay.AddDays(Math.Min(today.Day, earlier.To.LastDay.Day) - 1);
            days = days with { To = last };
            period = Period.Of(days, scope.Zone);
            var sinceMidnight = now - DateRange.StartOfDay(today, scope.Zone);
            var until = QuarterHour.StartOf(UnixMilliseconds.From(DateRange.StartOfDay(last, scope.Zone) + sinceMidnight));
            period = period with { To = Math.Clamp(until + QuarterHour.Milliseconds, period.From, period.To) };
        }

        // What the data covers only in part would be compared with a whole.
        var firstDay = scope.Workspaces.Select(w => reader.FirstDay(w.Id)).Min();
        if (firstDay is null || firstDay - period.From > (period.To - period.From) / LeastCovered)
        {
            return (days, null);
        }

        var counter = reader.Count(period);
        return (days, PeriodSummary.Of(
            reader.Facts, reader.People, counter, usedBefore, SmallGroups.Of(reader.Facts, counter)).General);
    }
}
