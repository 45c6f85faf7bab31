using UsageAdmin.Accounts;
using UsageAdmin.Data.Schema;
using UsageAdmin.Exports;
using UsageAdmin.Exports.Jobs;

namespace UsageAdmin.Activity;

/// <summary>The Activity export as a download, or in the background: a plain GET or POST with the page's query string.</summary>
internal static class ActivityEndpoints
{
    public static void MapActivity(this IEndpointRouteBuilder app)
    {
        const string address = "/w/{workspaceId}/activity/export.json";
        app.MapGet(address, ExportAsync).RequireRight(Right.ExportActivity).SameSiteOnly();
        app.MapPost(address, Queue).RequireRight(Right.ExportActivity).SameSiteOnly().FormsOnly();
    }

    private static async Task ExportAsync(HttpContext http, ActivityExport exports, LiveDownload downloads)
    {
        using var export = Prepare(http, exports, out var problems);
        if (export is null)
        {
            await InvalidExport.Answer(problems).ExecuteAsync(http);
            return;
        }

        await downloads.SendAsync(
            http, export.Start(http.ExportOrigin(), http.Actor()), export.FileName, PreparedActivityExport.ContentType,
            export.WriteAsync);
    }

    /// <summary>The same file, made while the page is left.</summary>
    private static IResult Queue(HttpContext http, ActivityExport exports, QueuedExports queue)
    {
        using var export = Prepare(http, exports, out var problems);
        if (export is null)
        {
            return InvalidExport.Answer(problems);
        }

        var start = export.Start(ExportOrigin.Background, http.Actor());
        return QueueAnswer.Of(http, $"/w/{start.Workspace!.PublicId}/exports", queue.Add(start, export.FileName));
    }

    private static PreparedActivityExport? Prepare(
        HttpContext http, ActivityExport exports, out IReadOnlyDictionary<string, string[]> problems)
    {
        var (organization, workspace) = http.GrantedWorkspace();
        var filter = ActivityFilter.Parse(http.Request.Query, out problems);
        if (problems.Count == 0)
        {
            problems = QueryFields.ForeignFilters(http.Request.Query, "user", "app", "section", "flag");
        }

        return problems.Count == 0
            ? exports.Prepare(ActivityScope.Of(organization, workspace), filter, out problems)
            : null;
    }
}
