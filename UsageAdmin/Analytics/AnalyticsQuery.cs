using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using UsageAdmin.Analytics.Counting;
using UsageAdmin.Components.Shared;
using UsageAdmin.Data;
using UsageAdmin.Data.Members;
using UsageAdmin.Data.RollUps;
using UsageAdmin.Data.Schema;
using UsageAdmin.Exports;
using UsageAdmin.Organizations;

namespace UsageAdmin.Analytics;

/// <summary>
/// What the Org Analytics page shows: one snapshot, the roll-up alone, never a message. The caller has checked the right.
/// </summary>
public sealed class AnalyticsQuery(
    UsageDatabase database, IDbContextFactory<UsageDbContext> contexts, MemberCache members, Pseudonyms pseudonyms,
    IOptions<PrivacyOptions> privacy, TimeProvider time) : IDisposable
{
    /// <summary>Names may have any length, but the view goes to the browser and back in one message of limited size.</summary>
    private const int LongestName = 100;

    /// <summary>The period before is compared with if at most this part of it, one in ten, lies before the first data.</summary>
    private const int LeastCovered = 10;

    /// <summary>A year of 100,000 people with 100 apps takes a fifth of it.</summary>
    private const long MostBytes = 96 << 20;

    /// <summary>What was counted, for the next look at the same months, in another order or on another page.</summary>
    private readonly SnapshotCache _counted = new(MostBytes, time);

    public void Dispose() => _counted.Dispose();

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
        var now = time.GetUtcNow().UtcDateTime;
        var today = scope.Today(time);
        var months = filter.Resolve(today);
        var running = Month.Of(today);
        var (compared, isCovered) = PeriodBefore(session, scope, months, today, now);
        var counted = _counted.Get(
            organization.Id, (string.Join(' ', scope.Workspaces.Select(w => w.Id)), months),
            DataVersion.OfAll(session, organization.Id), (SettingsOf(scope), running, isCovered ? compared : null),
            () => Count(session, scope, months, running, isCovered ? compared : null, cancellationToken), made => made.Bytes);
        return new AnalyticsView(
            organization.PublicId, filter.ToQueryString(), organization.Name, organization.TimeZone, today,
            organization.FirstDayOfWeek, scope.IsIdentified, organization.ExportsEnabled, organization.ExportNote, months,
            months.To == running, counted.Figures.General, compared.Days, counted.Before, counted.ByMonth,
            AnalyticsCharts.Apps(counted.Figures), AnalyticsCharts.Categories(counted.Figures),
            AnalyticsCharts.Models(counted.Facts, counted.Whole, counted.Merged),
            AnalyticsCharts.Sections(counted.Facts, counted.Whole, counted.Merged), counted.Whole.Breakdown!.Hours,
            AnalyticsTables.Page(counted, filter),
            [.. choices.Select(w => new WorkspaceChoice(w.PublicId, w.Name, filter.Workspaces.Contains(w.PublicId)))],
            openWorkspaces,
            [.. DataReach.Read(session, counted.Facts.WorkspaceIds).Select(r => r with { Source = Names.Cut(r.Source, LongestName) })],
            counted.ExportRows);
    }

    /// <summary>What of settings and names goes into what is counted.</summary>
    private static string SettingsOf(AnalyticsScope scope) => JsonSerializer.Serialize(new
    {
        scope.Organization,
        Workspaces = scope.Workspaces.Select(w => new { w.PublicId, w.Name, w.UserLevelData }),
        scope.SmallestGroup,
    });

    /// <param name="compared">The time before; null: it is not counted.</param>
    private CountedRange Count(
        UsageSession session, AnalyticsScope scope, MonthRange months, Month running, Period? compared,
        CancellationToken cancellationToken)
    {
        using var beside = SideBySide.Open(database, session);
        var reader = new AnalyticsReader(session, beside, members, scope, pseudonyms, cancellationToken);
        var range = Period.Of(months.Days, scope.Zone);
        var usedBefore = reader.UsedBefore(range.From);
        var whole = reader.NewWhole(range);
        var all = months.Months.ToList();
        var byMonth = new MonthOfAnalytics[all.Count];
        var groups = new SmallGroups[all.Count];
        var rows = new long[all.Count];
        GeneralFigures? before = null;
        var next = compared is null ? -1 : -2;
        SideBySide.Run(session, beside, CountSome, CountSome);
        whole.Close();
        var merged = SmallGroups.Of(reader.Facts, whole, groups);
        return new CountedRange(
            reader.People, whole, merged, PeriodSummary.Of(reader.Facts, reader.People, whole, usedBefore, merged), byMonth, before,
            rows.Sum());

        // The period before first, which takes longest.
        void CountSome(UsageSession by)
        {
            var counting = reader.On(by);
            for (int i; (i = Interlocked.Increment(ref next)) < all.Count;)
            {
                if (i < 0)
                {
                    var earlier = counting.Count(compared!);
                    before = PeriodSummary.Of(
                        reader.Facts, reader.People, earlier, usedBefore, SmallGroups.Of(reader.Facts, earlier)).General;
                    continue;
                }

                var month = all[i];
                var counter = counting.Count(Period.Of(new DateRange(month.FirstDay, month.LastDay), scope.Zone), whole);
                groups[i] = SmallGroups.Of(reader.Facts, counter);
                var summary = PeriodSummary.Of(reader.Facts, reader.People, counter, usedBefore, groups[i]);
                byMonth[i] = new MonthOfAnalytics(month, month == running, summary.General);
                rows[i] = summary.UserPlaces.Count() + summary.Apps.Count + summary.Categories.Count + 1;
            }
        }
    }

    /// <summary>
    /// As many months before. While the last month is still running, the last month before counts as far as the running one
    /// has come, to the quarter-hour.
    /// </summary>
    /// <returns>And whether there is data of all of it: what is covered only in part would be compared with a whole.</returns>
    private static (Period Period, bool IsCovered) PeriodBefore(
        UsageSession session, AnalyticsScope scope, MonthRange months, DateOnly today, DateTime now)
    {
        var earlier = new MonthRange(months.From.Plus(-months.Count), months.From.Plus(-1));
        var period = Period.Of(earlier.Days, scope.Zone);
        if (months.To == Month.Of(today))
        {
            var last = earlier.To.FirstDay.AddDays(Math.Min(today.Day, earlier.To.LastDay.Day) - 1);
            period = Period.Of(earlier.Days with { To = last }, scope.Zone);
            var sinceMidnight = now - DateRange.StartOfDay(today, scope.Zone);
            var until = QuarterHour.StartOf(UnixMilliseconds.From(DateRange.StartOfDay(last, scope.Zone) + sinceMidnight));
            period = period with { To = Math.Clamp(until + QuarterHour.Milliseconds, period.From, period.To) };
        }

        var firstDay = scope.Workspaces.Select(w => UsageDays.First(session, w.Id)).Min();
        return (period, firstDay is not null && firstDay - period.From <= (period.To - period.From) / LeastCovered);
    }
}
