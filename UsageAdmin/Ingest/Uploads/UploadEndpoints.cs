using Microsoft.AspNetCore.Http.Features;
using UsageAdmin.Accounts;
using UsageAdmin.Data.Schema;
using UsageAdmin.Ingest.Jobs;

namespace UsageAdmin.Ingest.Uploads;

/// <summary>
/// How the import page sends a file: begin with its name and size, send chunks, each from where the one before ended. After
/// a break, the same file again goes on where it stopped.
/// </summary>
internal static class UploadEndpoints
{
    /// <summary>The largest chunk.</summary>
    public const int MostChunkBytes = 16 << 20;

    public static void MapUploads(this IEndpointRouteBuilder app)
    {
        var uploads = app.MapGroup("/w/{workspaceId}/import/uploads")
            .RequireRight(Right.ManageWorkspace).SameSiteOnly().ExcludeFromDescription();
        uploads.MapPost("", BeginAsync).FormsOnly();
        uploads.MapGet("/{uploadId}", StateAsync);
        uploads.MapPatch("/{uploadId}", AppendAsync).FormsOnly();
        uploads.MapDelete("/{uploadId}", EndAsync).FormsOnly();
    }

    /// <summary>The body that begins an upload.</summary>
    /// <param name="Repeat">The import whose format and options the file gets; null: none.</param>
    private sealed record NewUpload(string? Name, long Bytes, long? Repeat);

    private static async Task<IResult> BeginAsync(
        HttpContext http, NewUpload file, UploadedFiles uploads, ImportJobs jobs)
    {
        var workspace = http.GrantedWorkspace().Workspace.Id;
        try
        {
            var upload = await uploads.BeginAsync(
                workspace, AccountOf(http), file.Name ?? "", file.Bytes,
                await jobs.ChoicesOfAsync(workspace, file.Repeat, http.RequestAborted), http.RequestAborted);
            return Results.Json(
                UploadView.Of(upload), statusCode: upload.Received > 0 ? StatusCodes.Status200OK : StatusCodes.Status201Created);
        }
        catch (UploadRefusedException e)
        {
            return ProblemOf(e);
        }
    }

    private static async Task<IResult> StateAsync(HttpContext http, string uploadId, UploadedFiles uploads) =>
        await FindAsync(http, uploadId, uploads) is { } upload ? Results.Json(UploadView.Of(upload)) : Problems.NotFound();

    private static async Task<IResult> AppendAsync(
        HttpContext http, string uploadId, long offset, UploadedFiles uploads, ImportJobs jobs)
    {
        if (await FindAsync(http, uploadId, uploads) is not { } upload)
        {
            return Problems.NotFound();
        }

        // The server's own limit is for forms and documents.
        http.Features.GetRequiredFeature<IHttpMaxRequestBodySizeFeature>().MaxRequestBodySize = MostChunkBytes;
        try
        {
            upload = await uploads.AppendAsync(upload, offset, http.Request.Body, http.RequestAborted);
            if (upload.State == UploadState.ToCheck)
            {
                jobs.Wake();
            }

            return Results.Json(UploadView.Of(upload));
        }
        catch (UploadRefusedException e)
        {
            return ProblemOf(e);
        }
    }

    private static async Task<IResult> EndAsync(HttpContext http, string uploadId, UploadedFiles uploads) =>
        await FindAsync(http, uploadId, uploads) is not { } upload ? Problems.NotFound()
            : await uploads.EndAsync(upload.Id, http.RequestAborted) ? Results.NoContent()
            : ProblemOf(new UploadRefusedException(
                upload.State == UploadState.Ended ? UploadRefusal.Ended : UploadRefusal.Busy));

    internal static Task<ImportUpload?> FindAsync(HttpContext http, string uploadId, UploadedFiles uploads) =>
        uploads.FindAsync(http.GrantedWorkspace().Workspace.Id, AccountOf(http), uploadId, http.RequestAborted);

    private static long AccountOf(HttpContext http) => Rights.AccountId(http.User)
        ?? throw new InvalidOperationException("Only accounts upload files.");

    private static IResult ProblemOf(UploadRefusedException refused)
    {
        var (status, type, title, figure) = refused.Reason switch
        {
            UploadRefusal.NoFile => (StatusCodes.Status400BadRequest, "no-file", "A file has a name and at least one byte.", null),
            UploadRefusal.TooLarge => (StatusCodes.Status413PayloadTooLarge, "file-too-large",
                "The file is larger than this instance takes in.", "maxBytes"),
            UploadRefusal.NoRoom => (StatusCodes.Status507InsufficientStorage, "no-room",
                "The server has no room for the file.", "freeBytes"),
            UploadRefusal.WrongOffset => (StatusCodes.Status409Conflict, "wrong-offset",
                "The chunk does not begin where the file ends so far.", "received"),
            UploadRefusal.OtherFile => (StatusCodes.Status409Conflict, "other-file",
                "The file is not the one that was begun: it has other bytes.", null),
            UploadRefusal.Busy => (StatusCodes.Status409Conflict, "upload-busy", "The file is in use at the moment.", null),
            UploadRefusal.Ended => (StatusCodes.Status409Conflict, "upload-ended", "The upload has ended.", default(string)),
            _ => throw new InvalidOperationException($"Nobody knows {refused.Reason}."),
        };
        return Results.Problem(
            statusCode: status, type: type, title: title,
            extensions: figure is null ? null : new Dictionary<string, object?> { [figure] = refused.Figure });
    }
}
