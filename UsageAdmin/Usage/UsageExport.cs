using System.Globalization;
using UsageAdmin.Data.Schema;
using UsageAdmin.Exports;
using UsageAdmin.Exports.Jobs;
using UsageAdmin.Exports.Tables;
using UsageAdmin.Organizations;

namespace UsageAdmin.Usage;

/// <summary>
/// Makes usage exports, for browser, API, command line and jobs alike: one row per user, assistant, workflow, project or
/// model. The same data gives the same bytes.
/// </summary>
public sealed class UsageExport(UsageQuery query)
{
    /// <summary>As they stand in URLs and file names.</summary>
    public static IReadOnlyList<string> Formats { get; } = ["csv", "xlsx"];

    /// <summary>
    /// Null: it cannot be exported, and <paramref name="problems"/> says which field is wrong and what would be right.
    /// </summary>
    /// <param name="format">One of <see cref="Formats"/>.</param>
    public FileExport? Prepare(
        UsageScope scope, UsageRequest request, string format, ExportOrigin origin, Actor actor,
        out IReadOnlyDictionary<string, string[]> problems)
    {
        if (!scope.DataTypes.Contains(request.Type))
        {
            problems = new Dictionary<string, string[]>
            {
                ["type"] = [$"There are no {UsageDataTypes.NameOf(request.Type)} in this workspace: the product is switched off."],
            };
            return null;
        }

        problems = new Dictionary<string, string[]>();
        var days = request.Period.Days;
        var name = FormattableString.Invariant(
            $"{UsageDataTypes.NameOf(request.Type)}-usage-{scope.Workspace.PublicId}-{days.From:yyyy-MM-dd}-{days.To:yyyy-MM-dd}.{format}");
        return new FileExport(
            Start(scope, request, format, origin, actor), name, ContentTypes.Of(format),
            (destination, cancellationToken) => Write(scope, request, format, destination, cancellationToken));
    }

    /// <summary>The same from what history holds of it; null: it cannot be made any more.</summary>
    internal JobExport? Prepare(UsageDataType type, JobRequest request, TimeProvider time)
    {
        if (request is not { Workspace: { } workspace } || PeriodOf(request) is not { } period)
        {
            return null;
        }

        var scope = query.ScopeOf(request.Organization, workspace);
        if (period.Days.From < UsageScope.FirstDay(scope.Today(time)))
        {
            return null;
        }

        var usage = new UsageRequest(
            type, period, request.Text("layout") == "extended", request.Parameters.GetProperty("includeInactive").GetBoolean());
        var export = Prepare(scope, usage, request.Format, ExportOrigin.Background, request.Actor, out _);
        return export is null ? null : JobExport.Of(export);
    }

    private static UsagePeriod? PeriodOf(JobRequest request) =>
        Day(request.Text("from")) is { } from && Day(request.Text("to")) is { } to
        && Instant(request.Text("fromUtc")) is { } fromUtc && Instant(request.Text("toUtc")) is { } toUtc
            ? new UsagePeriod(
                fromUtc, toUtc, new DateRange(from, to), TimeZoneInfo.FindSystemTimeZoneById(request.Text("timezone")!))
            : null;

    private static DateOnly? Day(string? text) =>
        DateOnly.TryParseExact(text, "O", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) ? day : null;

    private static DateTime? Instant(string? text) =>
        DateTime.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind, out var utc) ? utc : null;

    private static ExportStart Start(
        UsageScope scope, UsageRequest request, string format, ExportOrigin origin, Actor actor) => new(
        scope.Organization, scope.Workspace, UsageDataTypes.NameOf(request.Type), format, origin, actor,
        new Dictionary<string, object?>
        {
            ["from"] = request.Period.Days.From,
            ["to"] = request.Period.Days.To,
            ["timezone"] = request.Period.Zone.Id,
            ["fromUtc"] = request.Period.FromUtc,
            ["toUtc"] = request.Period.ToUtc,
            ["layout"] = request.IsExtended ? "extended" : "standard",
            ["includeInactive"] = request.IncludesInactive,
            ["privacy"] = scope.IsIdentified ? "identified" : "pseudonymous",
            ["smallestGroup"] = scope.IsIdentified ? null : scope.SmallestGroup,
        });

    private ExportedRows Write(
        UsageScope scope, UsageRequest request, string format, Stream destination, CancellationToken cancellationToken)
    {
        var counted = query.Count(scope, request, cancellationToken);
        var table = UsageTables.OfType(scope, request, counted);
        if (format == "xlsx")
        {
            XlsxFile.Write(
                destination, [table, .. UsageTables.Unfolded(scope, request, counted)], request.Period.Days.To, cancellationToken);
        }
        else
        {
            CsvFile.Write(destination, table, cancellationToken);
        }

        var totals = counted.Figures.Totals;
        return new ExportedRows(counted.RowCount, new Dictionary<string, object?>
        {
            ["rows"] = counted.RowCount,
            ["messages"] = totals.Messages,
            ["requests"] = totals.Requests,
            ["workflowRuns"] = totals.WorkflowRuns,
            ["activeUsers"] = totals.ActiveUsers,
        });
    }
}
