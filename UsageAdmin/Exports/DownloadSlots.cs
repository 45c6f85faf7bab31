using Microsoft.Extensions.Options;

namespace UsageAdmin.Exports;

/// <summary>Limits the downloads that run at the same time, whatever they download.</summary>
public sealed class DownloadSlots(IOptions<ExportOptions> options)
{
    private int _taken;

    /// <summary>Runs the download, or answers 429 where too many run already.</summary>
    public async Task RunAsync(HttpContext http, Func<Task> download)
    {
        try
        {
            if (Interlocked.Increment(ref _taken) <= options.Value.MaxDownloads)
            {
                await download();
                return;
            }
        }
        finally
        {
            Interlocked.Decrement(ref _taken);
        }

        http.Response.Headers.RetryAfter = "10";
        await Results.Problem(
            statusCode: StatusCodes.Status429TooManyRequests, type: "too-many-exports",
            title: "Too many downloads are running. Try again in a few seconds.").ExecuteAsync(http);
    }
}
