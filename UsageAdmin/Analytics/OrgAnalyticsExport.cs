using UsageAdmin.Analytics.Counting;
using UsageAdmin.Data;
using UsageAdmin.Data.Members;
using UsageAdmin.Data.Schema;
using UsageAdmin.Exports;
using UsageAdmin.Exports.Jobs;
using UsageAdmin.Exports.Tables;
using UsageAdmin.Organizations;

namespace UsageAdmin.Analytics;

/// <summary>
/// Makes the Org Analytics export, for the browser and for the command line alike: four tables by month, as CSVs in a ZIP or
/// as sheets of an XLSX, of one snapshot. The same data gives the same bytes.
/// </summary>
public sealed class OrgAnalyticsExport(
    UsageDatabase database, MemberCache members, AnalyticsQuery query, Pseudonyms pseudonyms, TimeProvider time)
{
    public const string Kind = "org-analytics";

    /// <summary>As they stand in URLs and file names.</summary>
    public static IReadOnlyList<string> Formats { get; } = ["zip", "xlsx"];

    /// <summary>
    /// Checks what is asked for. Null: it cannot be exported, and <paramref name="problems"/> says which field is wrong and
    /// what would be right.
    /// </summary>
    /// <param name="format">One of <see cref="Formats"/>.</param>
    public FileExport? Prepare(
        Organization organization, AnalyticsFilter filter, string format, ExportOrigin origin, Actor actor,
        out IReadOnlyDictionary<string, string[]> problems)
    {
        var scope = query.ScopeOf(organization, filter.Workspaces, out var unknown);
        var found = new Dictionary<string, string[]>(StringComparer.Ordinal);
        problems = found;
        if (unknown.Count > 0)
        {
            found["workspace"] = [$"There is no {string.Join(", ", unknown.Select(id => $"\"{id}\""))} in this organisation."];
        }

        var today = scope.Today(time);
        var field = filter.Preset is null ? "to" : "range";
        if (filter.Chosen(today) is not { } months)
        {
            found["from"] = ["Choose months: from=YYYY-MM&to=YYYY-MM."];
            return null;
        }

        if (months.To > Month.Of(today))
        {
            found[field] = [$"Must not be after {Month.Of(today)}, the running month."];
        }

        return found.Count > 0
            ? null
            : new FileExport(
                Start(scope, filter, months, format, origin, actor),
                FormattableString.Invariant($"org-analytics-{organization.PublicId}-{months.From}-{months.To}.{format}"),
                ContentTypes.Of(format),
                (destination, cancellationToken) => Write(scope, months, today, format, destination, cancellationToken));
    }

    /// <summary>The same from what history holds of it; null: it cannot be made any more.</summary>
    internal JobExport? Prepare(JobRequest request)
    {
        if (Month.Parse(request.Text("from") ?? "") is not { } from || Month.Parse(request.Text("to") ?? "") is not { } to || to < from)
        {
            return null;
        }

        var filter = new AnalyticsFilter { Months = new MonthRange(from, to), Workspaces = request.Texts("workspaces") };
        var export = Prepare(
            request.Organization, filter, request.Format, ExportOrigin.Background, request.Actor, out _);
        return export is null ? null : JobExport.Of(export);
    }

    private static ExportStart Start(
        AnalyticsScope scope, AnalyticsFilter filter, MonthRange months, string format, ExportOrigin origin, Actor actor) =>
        new(scope.Organization, null, Kind, format, origin, actor, new Dictionary<string, object?>
        {
            ["from"] = months.From.ToString(),
            ["to"] = months.To.ToString(),
            ["timezone"] = scope.Organization.TimeZone,
            ["workspaces"] = filter.Workspaces,
            ["privacy"] = scope.IsIdentified ? "identified" : "pseudonymous",
            ["smallestGroup"] = scope.IsIdentified ? null : scope.SmallestGroup,
        });

    private ExportedRows Write(
        AnalyticsScope scope, MonthRange months, DateOnly today, string format, Stream destination,
        CancellationToken cancellationToken)
    {
        List<Monthly<PeriodSummary>> counted;
        using (var session = database.OpenRead())
        {
            counted = Count(session, scope, months, today, cancellationToken);
        }

        IReadOnlyList<ITable> tables =
        [
            Table("user-analytics", AnalyticsColumns.Users(scope), counted, summary => summary.Users),
            Table("app-analytics", AnalyticsColumns.Apps(scope), counted, summary => summary.Apps),
            Table("category-analytics", AnalyticsColumns.Categories(scope), counted, summary => summary.Categories),
            Table("general-analytics", AnalyticsColumns.General(scope), counted, summary => [summary.General]),
        ];
        var rows = format == "xlsx"
            ? XlsxFile.Write(destination, tables, months.To.LastDay, cancellationToken)
            : CsvZip.Write(destination, tables, months.To.LastDay, cancellationToken);
        return new ExportedRows(rows, Totals(counted));
    }

    private List<Monthly<PeriodSummary>> Count(
        UsageSession session, AnalyticsScope scope, MonthRange months, DateOnly today, CancellationToken cancellationToken)
    {
        var reader = new AnalyticsReader(session, null, members, scope, pseudonyms, cancellationToken);
        var usedBefore = reader.UsedBefore(Period.Of(months.Days, scope.Zone).From);
        var counted = new List<Monthly<PeriodSummary>>();
        foreach (var month in months.Months)
        {
            var counter = reader.Count(
                Period.Of(new DateRange(month.FirstDay, month.LastDay), scope.Zone), withDurations: true);
            counted.Add(new Monthly<PeriodSummary>(
                month, month == Month.Of(today), PeriodSummary.Of(
                    reader.Facts, reader.People, counter, usedBefore, SmallGroups.Of(reader.Facts, counter))));
            usedBefore.Join(counter.AppUsers, 0);
        }

        return counted;
    }

    private static Table<Monthly<TFigures>> Table<TFigures>(
        string name, IReadOnlyList<Column<Monthly<TFigures>>> columns, List<Monthly<PeriodSummary>> counted,
        Func<PeriodSummary, IEnumerable<TFigures>> rows) => new(
        name, columns, counted.SelectMany(month => rows(month.Figures)
            .Select(figures => new Monthly<TFigures>(month.Month, month.IsPartial, figures))));

    /// <summary>What somebody who has the file can check it against.</summary>
    private static Dictionary<string, object?> Totals(List<Monthly<PeriodSummary>> counted) => new()
    {
        ["rows"] = new Dictionary<string, int>
        {
            ["user-analytics"] = counted.Sum(m => m.Figures.UserRows.Count),
            ["app-analytics"] = counted.Sum(m => m.Figures.Apps.Count),
            ["category-analytics"] = counted.Sum(m => m.Figures.Categories.Count),
            ["general-analytics"] = counted.Count,
        },
        ["months"] = counted.ConvertAll(m => new Dictionary<string, object?>
        {
            ["month"] = m.Month.ToString(),
            ["sessions"] = m.Figures.General.Sessions,
            ["userMessages"] = m.Figures.General.UserMessages,
            ["messagesTotal"] = m.Figures.General.MessagesTotal,
            ["membersActive"] = m.Figures.General.MembersActive,
            ["appsActive"] = m.Figures.General.AppsActive,
        }),
    };
}
