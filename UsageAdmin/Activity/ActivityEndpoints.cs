using UsageAdmin.Accounts;
using UsageAdmin.Exports;

namespace UsageAdmin.Activity;

/// <summary>The Activity export as a download: a plain GET with the page's query string.</summary>
internal static class ActivityEndpoints
{
    public static void MapActivity(this IEndpointRouteBuilder app) =>
        app.MapGet("/w/{workspaceId}/activity/export.json", ExportAsync)
            .RequireRight(Right.ExportActivity).SameSiteOnly();

    private static async Task ExportAsync(HttpContext http, ActivityExport exports, LiveDownload downloads)
    {
        var (organization, workspace) = http.GrantedWorkspace();
        var scope = ActivityScope.Of(organization, workspace);
        var filter = ActivityFilter.Parse(http.Request.Query, out var problems);
        using var export = problems.Count == 0 ? exports.Prepare(scope, filter, out problems) : null;
        if (export is null)
        {
            await InvalidExport.Answer(problems).ExecuteAsync(http);
            return;
        }

        await downloads.SendAsync(
            http, export.Start(http.ExportOrigin(), http.Actor()), export.FileName, PreparedActivityExport.ContentType,
            export.WriteAsync);
    }
}
