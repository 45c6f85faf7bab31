using Microsoft.Extensions.Options;

namespace UsageAdmin.Exports;

/// <summary>Limits the exports that downloads make at the same time: live ones, and files until they are made.</summary>
public sealed class DownloadSlots(IOptions<ExportOptions> options)
{
    private int _taken;

    /// <summary>Runs the work, or answers 429 where too much runs already.</summary>
    /// <param name="tooMany">The answer's body; null: problem details.</param>
    public async Task RunAsync(HttpContext http, Func<Task> work, IResult? tooMany = null)
    {
        try
        {
            if (Interlocked.Increment(ref _taken) <= options.Value.MaxDownloads)
            {
                await work();
                return;
            }
        }
        finally
        {
            Interlocked.Decrement(ref _taken);
        }

        http.Response.Headers.RetryAfter = "10";
        tooMany ??= Results.Problem(
            statusCode: StatusCodes.Status429TooManyRequests, type: "too-many-exports",
            title: "Too many downloads are running. Try again in a few seconds.");
        await tooMany.ExecuteAsync(http);
    }
}
