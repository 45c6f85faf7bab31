using System.Text;
using Microsoft.AspNetCore.Http.HttpResults;
using UsageAdmin.Accounts;
using UsageAdmin.Data.Schema;
using UsageAdmin.Ingest.Jobs;
using UsageAdmin.Ingest.Uploads;

namespace UsageAdmin.Ingest.Page;

/// <summary>What the buttons of the import page post to. Each leads back to the page.</summary>
internal static class ImportEndpoints
{
    /// <summary>In the query string of the page: the choices were changed, so the file was looked at again instead.</summary>
    public const string CheckedAgain = "checked-again";

    /// <summary>The same: it was not possible any more, somebody or something was faster.</summary>
    public const string TooLate = "too-late";

    private const int LongestChoice = 200;

    public static void MapImports(this IEndpointRouteBuilder app)
    {
        var page = app.MapGroup("/w/{workspaceId}/import")
            .RequireRight(Right.ManageWorkspace).SameSiteOnly().FormsOnly().ExcludeFromDescription();
        page.MapPost("/uploads/{uploadId}/check", CheckAsync);
        page.MapPost("/uploads/{uploadId}/import", ImportAsync);
        page.MapPost("/uploads/{uploadId}/cancel", CancelUploadAsync);
        page.MapPost("/uploads/{uploadId}/discard", DiscardAsync);
        page.MapPost("/runs/{importId:long}/cancel", CancelAsync);
        page.MapPost("/runs/{importId:long}/undo", Undo);
    }

    private static async Task<IResult> CheckAsync(
        HttpContext http, string uploadId, UploadedFiles uploads, ImportJobs jobs, ImportService imports)
    {
        if (await UploadEndpoints.FindAsync(http, uploadId, uploads) is not { } upload)
        {
            return Problems.NotFound();
        }

        var done = await jobs.CheckAsync(upload.Id, await ReadAsync(http, imports), http.RequestAborted);
        return ToUpload(http, uploadId, done ? null : TooLate);
    }

    /// <summary>Imports what was looked at. Choices that were changed since are looked at first.</summary>
    private static async Task<IResult> ImportAsync(
        HttpContext http, string uploadId, UploadedFiles uploads, ImportJobs jobs, ImportService imports)
    {
        if (await UploadEndpoints.FindAsync(http, uploadId, uploads) is not { } upload)
        {
            return Problems.NotFound();
        }

        var choices = await ReadAsync(http, imports);
        if (upload.ImportId is null && choices != new ImportChoices(upload.Format, ImportOptions.Parse(upload.Options)))
        {
            var isAgain = await jobs.CheckAsync(upload.Id, choices, http.RequestAborted);
            return ToUpload(http, uploadId, isAgain ? CheckedAgain : TooLate);
        }

        return ToUpload(http, uploadId, await jobs.ImportAsync(upload.Id, http.RequestAborted) ? null : TooLate);
    }

    private static async Task<IResult> CancelUploadAsync(
        HttpContext http, string uploadId, UploadedFiles uploads, ImportJobs jobs)
    {
        if (await UploadEndpoints.FindAsync(http, uploadId, uploads) is not { } upload)
        {
            return Problems.NotFound();
        }

        await jobs.CancelAsync(upload, http.RequestAborted);
        return ToUpload(http, uploadId);
    }

    private static async Task<IResult> DiscardAsync(HttpContext http, string uploadId, UploadedFiles uploads)
    {
        if (await UploadEndpoints.FindAsync(http, uploadId, uploads) is not { } upload)
        {
            return Problems.NotFound();
        }

        return await uploads.EndAsync(upload.Id, http.RequestAborted)
            ? Results.LocalRedirect(PageOf(http))
            : ToUpload(http, uploadId, TooLate);
    }

    private static async Task<IResult> CancelAsync(HttpContext http, long importId, ImportJobs jobs, ImportUndo undo)
    {
        var workspace = http.GrantedWorkspace().Workspace;
        if (!Exists(undo, workspace, importId))
        {
            return Problems.NotFound();
        }

        var isStopping = await jobs.CancelAsync(workspace.Id, importId, http.RequestAborted);
        return ToImport(http, importId, isStopping ? null : TooLate);
    }

    private static IResult Undo(HttpContext http, long importId, ImportJobs jobs, ImportUndo undo)
    {
        var (organization, workspace) = http.GrantedWorkspace();
        if (!Exists(undo, workspace, importId))
        {
            return Problems.NotFound();
        }

        if (undo.FindObstacle(workspace.Id, importId) is not null)
        {
            return ToImport(http, importId, TooLate);
        }

        jobs.Undo(new UndoRequest(organization, workspace, importId, http.Actor()));
        return ToImport(http, importId);
    }

    private static bool Exists(ImportUndo undo, Workspace workspace, long importId)
    {
        try
        {
            undo.FindObstacle(workspace.Id, importId);
            return true;
        }
        catch (ImportTargetException)
        {
            return false;
        }
    }

    /// <summary>The choices of the form; what is not known is as if it had not been chosen.</summary>
    private static async Task<ImportChoices> ReadAsync(HttpContext http, ImportService imports)
    {
        var form = await http.Request.ReadFormAsync(http.RequestAborted);
        string? Text(string name) => form[name].ToString().Trim() is { Length: > 0 and <= LongestChoice } text
            && Encoding.UTF8.GetByteCount(text) <= StorableText.MaxIdBytes && !text.Any(char.IsControl)
                ? text
                : null;
        T Named<T>(string name)
            where T : struct, Enum =>
            Enum.GetValues<T>().FirstOrDefault(v => $"{v}".Equals(form[name].ToString(), StringComparison.OrdinalIgnoreCase));
        var format = imports.Formats.FirstOrDefault(f => f == form["format"].ToString());
        var people = Named<ImportedPeople>("people");
        return new ImportChoices(format, new ImportOptions
        {
            SourceName = Text("source"),
            DefaultUserEmail = people == ImportedPeople.Named ? Text("user") : null,
            Content = Named<ImportedContent>("content"),
            People = people,
            Group = format is not null && imports.HasGroups(format) ? Text("group") : null,
        });
    }

    private static string PageOf(HttpContext http) => $"/w/{http.GrantedWorkspace().Workspace.PublicId}/import";

    private static RedirectHttpResult ToUpload(HttpContext http, string uploadId, string? notice = null) =>
        TypedResults.LocalRedirect($"{PageOf(http)}?upload={uploadId}{NoticeOf(notice)}");

    private static RedirectHttpResult ToImport(HttpContext http, long importId, string? notice = null) =>
        TypedResults.LocalRedirect(FormattableString.Invariant($"{PageOf(http)}?import={importId}{NoticeOf(notice)}"));

    private static string NoticeOf(string? notice) => notice is null ? "" : $"&notice={notice}";
}
