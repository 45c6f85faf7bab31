using UsageAdmin.Data;

namespace UsageAdmin.Usage;

/// <summary>What the Usage page and its export dialog show. The caller has checked the right. Singleton.</summary>
public sealed class UsagePages(UsageQuery query, UsageDatabase database, TimeProvider time)
{
    /// <summary>Names of sources may have any length, but the view goes to the browser and back in one message.</summary>
    private const int LongestName = 100;

    /// <param name="leadsToActivity">The account may see the conversations of the workspace.</param>
    public async Task<UsageView> ViewAsync(
        UsageScope scope, UsageFilter filter, bool leadsToActivity, CancellationToken cancellationToken = default)
    {
        var today = scope.Today(time);
        var days = filter.Resolve(today, scope.Organization.FirstDayOfWeek);
        var counted = await query.CountAsync(
            scope, new UsageRequest(filter.Type, UsagePeriod.Of(days, scope.Zone)), cancellationToken);

        // Rows are made while they are read, which may be all of them: away from the caller's thread (a circuit's).
        return await Task.Run(
            () => new UsageView(
                scope.Workspace.PublicId, QueryOf(filter), scope.Workspace.Name, scope.Organization.Name,
                scope.Organization.TimeZone, today, scope.Organization.FirstDayOfWeek, scope.IsIdentified,
                scope.Organization.ExportsEnabled, scope.Organization.ExportNote, scope.HasTokens, scope.DataTypes,
                filter.Type, days, counted.Figures.Totals, counted.RowCount,
                UsageChart.Columns(counted.Figures.ByDay, today, scope.Organization.FirstDayOfWeek),
                TablePages.Page(scope, counted, filter), Reach(scope), leadsToActivity),
            cancellationToken);
    }

    /// <summary>What the dialog says about <see cref="UsageFilter.Export"/>.</summary>
    public async Task<UsageExportPreview> PreviewAsync(
        UsageScope scope, UsageFilter filter, CancellationToken cancellationToken = default)
    {
        var type = filter.Export!.Value;
        var today = scope.Today(time);
        var days = filter.Resolve(today, scope.Organization.FirstDayOfWeek);
        var counted = await query.CountAsync(
            scope, new UsageRequest(type, UsagePeriod.Of(days, scope.Zone), filter.IsExtended, filter.IncludesInactive),
            cancellationToken);
        var columns = UsageColumns.Of(scope, type, filter.IsExtended).Select(c => c.Name).ToList();
        return new UsageExportPreview(
            PreviewQueryOf(filter), today, counted.RowCount, columns,
            [.. IdentifyingColumns.Of(type).Except(columns, StringComparer.Ordinal)]);
    }

    /// <summary>What a view depends on: not on the dialog.</summary>
    internal static string QueryOf(UsageFilter filter) =>
        (filter with { Export = null, IsExtended = false, IncludesInactive = true }).ToQueryString();

    /// <summary>What the dialog depends on: not on the table.</summary>
    internal static string PreviewQueryOf(UsageFilter filter) => new UsageFilter
    {
        Preset = filter.Preset,
        Days = filter.Days,
        IsExtended = filter.IsExtended,
        IncludesInactive = filter.IncludesInactive,
        Export = filter.Export,
    }.ToQueryString();

    private IReadOnlyList<DataReach> Reach(UsageScope scope)
    {
        using var session = database.OpenRead();
        return
        [
            .. DataReach.Read(session, [scope.Workspace.Id])
                .Select(r => r with { Source = Components.Shared.Names.Cut(r.Source, LongestName) }),
        ];
    }
}
