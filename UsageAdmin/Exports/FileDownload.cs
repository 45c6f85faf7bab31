using UsageAdmin.Exports.Tables;

namespace UsageAdmin.Exports;

/// <summary>
/// Makes a file export and sends it with its length and hash. A failure while it is made is an ordinary error answer; one
/// while it is sent shows by the length.
/// </summary>
public sealed class FileDownload(ExportFiles files, DownloadSlots slots)
{
    /// <summary>Only making the file takes a slot: sending it costs little, and a slow reader must keep nobody out.</summary>
    public async Task SendAsync(HttpContext http, FileExport export)
    {
        ExportFile? file = null;
        await slots.RunAsync(http, async () => file = await MakeAsync(http, export));
        if (file is not null)
        {
            await using var answer = FileAnswer.Of(file);
            await answer.ExecuteAsync(http);
        }
    }

    /// <summary>Null: there is no file, and whoever still reads has been told why.</summary>
    private async Task<ExportFile?> MakeAsync(HttpContext http, FileExport export)
    {
        try
        {
            return await files.MakeAsync(export, http.RequestAborted);
        }
        catch (Exception) when (http.RequestAborted.IsCancellationRequested)
        {
            // Nobody reads an answer.
            return null;
        }
        catch (OperationCanceledException)
        {
            await Results.Problem(
                type: "export-cancelled", title: "The export was cancelled.", statusCode: StatusCodes.Status409Conflict)
                .ExecuteAsync(http);
            return null;
        }
        catch (TooManyRowsException e)
        {
            await Results.Problem(
                type: "too-many-rows", title: e.Message, statusCode: StatusCodes.Status400BadRequest,
                detail: "Choose a shorter range, or CSV, which holds any number.").ExecuteAsync(http);
            return null;
        }
    }
}
