using UsageAdmin.Exports.Tables;

namespace UsageAdmin.Exports;

/// <summary>
/// Makes a file export and sends it with its length and hash. A failure while it is made is an ordinary error answer; one
/// while it is sent shows by the length.
/// </summary>
public sealed class FileDownload(ExportFiles files, DownloadSlots slots)
{
    public Task SendAsync(HttpContext http, FileExport export) => slots.RunAsync(http, async () =>
    {
        ExportFile file;
        try
        {
            file = await files.MakeAsync(export, http.RequestAborted);
        }
        catch (Exception) when (http.RequestAborted.IsCancellationRequested)
        {
            // Nobody reads an answer.
            return;
        }
        catch (TooManyRowsException e)
        {
            await Results.Problem(
                type: "too-many-rows", title: e.Message, statusCode: StatusCodes.Status400BadRequest,
                detail: "Choose a shorter range, or CSV, which holds any number.").ExecuteAsync(http);
            return;
        }

        await using var answer = FileAnswer.Of(file);
        await answer.ExecuteAsync(http);
    });
}
