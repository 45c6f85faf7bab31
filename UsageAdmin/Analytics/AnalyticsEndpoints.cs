using UsageAdmin.Accounts;
using UsageAdmin.Exports;

namespace UsageAdmin.Analytics;

/// <summary>The Org Analytics export as a download: a plain GET with the page's query string.</summary>
internal static class AnalyticsEndpoints
{
    public static void MapAnalytics(this IEndpointRouteBuilder app)
    {
        foreach (var format in OrgAnalyticsExport.Formats)
        {
            app.MapGet(
                    $"/o/{{organizationId}}/analytics/export.{format}",
                    (HttpContext http, OrgAnalyticsExport exports, FileDownload downloads) =>
                        ExportAsync(http, format, exports, downloads))
                .RequireRight(Right.ExportAnalytics).SameSiteOnly();
        }
    }

    private static async Task ExportAsync(
        HttpContext http, string format, OrgAnalyticsExport exports, FileDownload downloads)
    {
        var filter = AnalyticsFilter.Parse(http.Request.Query, out var problems);
        if (problems.Count == 0)
        {
            problems = QueryFields.ForeignFilters(http.Request.Query, "workspace");
        }

        var export = problems.Count == 0
            ? exports.Prepare(
                http.GrantedOrganization(), filter, format, http.ExportOrigin(), http.Actor(), out problems)
            : null;
        if (export is null)
        {
            await InvalidExport.Answer(problems).ExecuteAsync(http);
            return;
        }

        await downloads.SendAsync(http, export);
    }
}
