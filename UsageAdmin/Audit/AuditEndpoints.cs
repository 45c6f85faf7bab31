using UsageAdmin.Accounts;
using UsageAdmin.Exports;

namespace UsageAdmin.Audit;

/// <summary>The audit log as a download: a plain GET with the page's query string.</summary>
internal static class AuditEndpoints
{
    public static void MapAudit(this IEndpointRouteBuilder app)
    {
        foreach (var format in AuditExport.Formats)
        {
            app.MapGet(
                    $"/o/{{organizationId}}/audit/export.{format}",
                    (HttpContext http, AuditQuery query, AuditExport exports, FileDownload downloads) =>
                        ExportAsync(http, format, query, exports, downloads))
                .RequireRight(Right.ExportAudit).SameSiteOnly();
        }
    }

    private static async Task ExportAsync(
        HttpContext http, string format, AuditQuery query, AuditExport exports, FileDownload downloads)
    {
        var filter = AuditFilter.Parse(http.Request.Query, out var problems);
        if (problems.Count == 0)
        {
            problems = QueryFields.ForeignFilters(http.Request.Query, "action", "actor", "workspace", "person");
        }

        var export = problems.Count == 0
            ? exports.Prepare(
                await query.ScopeAsync(http.GrantedOrganization(), http.RequestAborted), filter, format, http.ExportOrigin(),
                http.Actor(), out problems)
            : null;
        if (export is null)
        {
            await InvalidExport.Answer(problems).ExecuteAsync(http);
            return;
        }

        await downloads.SendAsync(http, export);
    }
}
