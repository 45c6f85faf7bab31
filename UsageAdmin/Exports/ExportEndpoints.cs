using Microsoft.AspNetCore.Http.HttpResults;
using UsageAdmin.Accounts;
using UsageAdmin.Data;
using UsageAdmin.Data.Schema;
using UsageAdmin.Exports.History;
using UsageAdmin.Exports.Jobs;
using UsageAdmin.Organizations;

namespace UsageAdmin.Exports;

/// <summary>An export again: its state, and its file while it is kept.</summary>
internal static class ExportEndpoints
{
    public static void MapExports(this IEndpointRouteBuilder app)
    {
        var exports = app.MapGroup("/exports/{exportId}").RequireRightToExport().SameSiteOnly();
        exports.MapGet("", State);
        exports.MapMethods("/file", [HttpMethods.Get, HttpMethods.Head], FileAsync);
        exports.MapPost("/cancel", CancelAsync).FormsOnly();
        exports.MapPost("/again", Again).FormsOnly();
    }

    /// <summary>Ends it whether it waits or runs, also a live download of somebody else.</summary>
    private static async Task<IResult> CancelAsync(HttpContext http, ExportLog log)
    {
        var granted = http.GrantedExport();
        var isStopping = log.Cancel(granted, http.Actor());
        return http.WantsHtml() ? Results.LocalRedirect(await BackAsync(http, granted))
            : isStopping ? Results.NoContent()
            : Results.Problem(
                type: "export-ended", statusCode: StatusCodes.Status409Conflict, title: "The export has ended already.");
    }

    /// <summary>Another one with the same parameters, in the background.</summary>
    private static IResult Again(HttpContext http, QueuedExports queue)
    {
        var granted = http.GrantedExport();
        if (!queue.Knows(granted.Export.Kind))
        {
            return Problems.NotFound();
        }

        var history = HistoryOf(granted);
        using var job = queue.Prepare(granted, http.Actor());
        return job is not null
            ? QueueAnswer.Of(http, history, queue.Add(job.Start, job.DownloadName))
            : http.WantsHtml()
                ? Results.LocalRedirect($"{history}?notice={NotPossibleAgain}")
                : Results.Problem(
                    type: NotPossibleAgain, statusCode: StatusCodes.Status409Conflict,
                    title: "The export cannot be made again as it was: something that it was narrowed to is not there any more.");
    }

    /// <summary>The page that the button stood on, else the history that the export is in.</summary>
    private static async Task<string> BackAsync(HttpContext http, GrantedExport granted)
    {
        var form = await http.Request.ReadFormAsync(http.RequestAborted);
        var back = form["returnUrl"].ToString();
        return RedirectHttpResult.IsLocalUrl(back) ? back : HistoryOf(granted);
    }

    private static string HistoryOf(GrantedExport granted) => granted.Workspace is { } workspace
        ? $"/w/{workspace.PublicId}/exports"
        : $"/o/{granted.Organization.PublicId}/exports";

    /// <summary>When to look again whether an export has ended.</summary>
    private const string WaitSeconds = "2";

    /// <summary>A problem type, and in the query string of the history page.</summary>
    internal const string NotPossibleAgain = "export-not-possible";

    private static IResult State(HttpContext http, HistoryWords words, TimeProvider time)
    {
        var granted = http.GrantedExport();
        return Results.Json(ExportView.Of(
            granted.Export, words.Parameters(granted),
            granted.HasFile(time) ? $"{http.Request.PathBase}/exports/{granted.Export.PublicId}/file" : null));
    }

    private static Task FileAsync(HttpContext http, DataDirectory directory, AuditLog audit, TimeProvider time)
    {
        var granted = http.GrantedExport();
        var export = granted.Export;
        if (export.DownloadName is null)
        {
            return Problems.NotFound().ExecuteAsync(http);
        }

        if (export.State != ExportState.Finished)
        {
            if (export.State is ExportState.Queued or ExportState.Running)
            {
                http.Response.Headers.RetryAfter = WaitSeconds;
            }

            return NotFinished(export.State).ExecuteAsync(http);
        }

        return !granted.IsKept(time) ? Expired().ExecuteAsync(http)
            : granted.ShowsWhoMustBeHidden() ? NamesPeople().ExecuteAsync(http)
            : SendAsync(http, granted, directory, audit, http.Actor());
    }

    /// <summary>The file, in the audit log before its first byte.</summary>
    /// <param name="way">By what else than the history somebody gets it; null: nothing else.</param>
    internal static async Task SendAsync(
        HttpContext http, GrantedExport granted, DataDirectory directory, AuditLog audit, Actor actor, string? way = null)
    {
        var export = granted.Export;
        FileAnswer answer;
        try
        {
            answer = FileAnswer.Of(new ExportFile(
                export.PublicId, Path.Combine(directory.Exports, export.FileName!), export.DownloadName!,
                ContentTypes.Of(export.Format), export.Bytes!.Value, export.Sha256!, export.Rows!.Value));
        }
        catch (FileNotFoundException)
        {
            await Expired().ExecuteAsync(http);
            return;
        }

        await using (answer)
        {
            if (HttpMethods.IsGet(http.Request.Method))
            {
                var details = new Dictionary<string, object?> { ["kind"] = export.Kind, ["format"] = export.Format };
                if (way is not null)
                {
                    details["way"] = way;
                }

                audit.Append(new AuditEntry(
                    granted.Organization.Id, granted.Workspace?.Id, actor, "export.downloaded", export.PublicId, Details: details));
            }

            await answer.ExecuteAsync(http);
        }
    }

    private static IResult NotFinished(ExportState state) => Results.Problem(
        type: "export-not-finished", statusCode: StatusCodes.Status409Conflict,
        title: state is ExportState.Queued or ExportState.Running
            ? "The export is still being made."
            : "The export was not finished, so there is no file.");

    internal static IResult Expired() => Results.Problem(
        type: "export-expired", statusCode: StatusCodes.Status410Gone, title: "The file is not kept any longer.",
        detail: "Export again to get a new one.");

    internal static IResult NamesPeople() => Results.Problem(
        type: "export-names-people", statusCode: StatusCodes.Status410Gone, title: "The file cannot be had now.",
        detail: "It names people, and user-level data is off now. Export again.");
}
