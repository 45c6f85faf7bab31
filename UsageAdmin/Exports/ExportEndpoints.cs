using System.Text.Json;
using UsageAdmin.Accounts;
using UsageAdmin.Data;
using UsageAdmin.Data.Schema;
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
    }

    private static IResult State(HttpContext http, TimeProvider time)
    {
        var granted = http.GrantedExport();
        return Results.Json(ExportView.Of(
            granted.Export, IsThere(granted, time) ? $"{http.Request.PathBase}/exports/{granted.Export.PublicId}/file" : null));
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
            return NotFinished(export.State).ExecuteAsync(http);
        }

        return IsThere(granted, time)
            ? SendAsync(http, granted, directory, audit, http.Actor())
            : Expired().ExecuteAsync(http);
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
                    granted.Organization, granted.Workspace, actor, "export.downloaded", export.PublicId, Details: details));
            }

            await answer.ExecuteAsync(http);
        }
    }

    /// <summary>Whether the file may still be had.</summary>
    internal static bool IsThere(GrantedExport granted, TimeProvider time) =>
        granted.Export is { State: ExportState.Finished, FileName: not null, ExpiresAtUtc: { } expires }
        && expires > time.GetUtcNow().UtcDateTime && !ShowsWhoMustBeHidden(granted);

    /// <summary>Whether it names people and was made before user-level data was switched off.</summary>
    private static bool ShowsWhoMustBeHidden(GrantedExport granted)
    {
        using var parameters = JsonDocument.Parse(granted.Export.Parameters);
        var root = parameters.RootElement;
        if (root.TryGetProperty("privacy", out var privacy) && privacy.ValueKind == JsonValueKind.String
            && privacy.GetString() == "pseudonymous")
        {
            return false;
        }

        if (!granted.Organization.UserLevelData || granted.Workspace is { UserLevelData: false })
        {
            return true;
        }

        // Of the whole organisation: all workspaces, or those that it was narrowed to.
        var chosen = root.TryGetProperty("workspaces", out var ids) && ids.ValueKind == JsonValueKind.Array
            ? ids.EnumerateArray().Select(id => id.GetString()).ToList()
            : [];
        return granted.Workspace is null && granted.StrictWorkspaces.Any(id => chosen.Count == 0 || chosen.Contains(id));
    }

    private static IResult NotFinished(ExportState state) => Results.Problem(
        type: "export-not-finished", statusCode: StatusCodes.Status409Conflict,
        title: state is ExportState.Queued or ExportState.Running
            ? "The export is still being made."
            : "The export was not finished, so there is no file.");

    internal static IResult Expired() => Results.Problem(
        type: "export-expired", statusCode: StatusCodes.Status410Gone, title: "The file is not kept any longer.",
        detail: "Export again to get a new one.");
}
