using UsageAdmin.Accounts;
using UsageAdmin.Data.Schema;
using UsageAdmin.Exports;

namespace UsageAdmin.Usage;

/// <summary>The usage exports as downloads: a plain GET with the page's query string.</summary>
internal static class UsageEndpoints
{
    public static void MapUsage(this IEndpointRouteBuilder app)
    {
        var exports = app.MapGroup("/w/{workspaceId}/usage/export").RequireRight(Right.ExportUsage).SameSiteOnly();
        foreach (var type in UsageDataTypes.All)
        {
            foreach (var format in UsageExport.Formats)
            {
                exports.MapGet(
                    $"/{UsageDataTypes.NameOf(type)}.{format}",
                    (HttpContext http, UsageQuery query, UsageExport usage, FileDownload downloads, TimeProvider time) =>
                        ExportAsync(http, type, format, query, usage, downloads, time));
            }
        }
    }

    private static async Task ExportAsync(
        HttpContext http, UsageDataType type, string format, UsageQuery query, UsageExport usage, FileDownload downloads,
        TimeProvider time)
    {
        var (organization, workspace) = http.GrantedWorkspace();
        var scope = query.ScopeOf(organization, workspace);
        if (!scope.DataTypes.Contains(type))
        {
            await NotOn().ExecuteAsync(http);
            return;
        }

        var request = UsageRequests.Of(scope, type, http.Request.Query, time, out var problems);
        var export = request is null
            ? null
            : usage.Prepare(scope, request, format, ExportOrigin.Browser, http.Actor(), out problems);
        if (export is null)
        {
            await InvalidExport.Answer(problems).ExecuteAsync(http);
            return;
        }

        await downloads.SendAsync(http, export);
    }

    private static IResult NotOn() => Results.Problem(
        type: "not-found", title: "Not found.", statusCode: StatusCodes.Status404NotFound,
        detail: "Workflows are not switched on for this workspace.");
}
