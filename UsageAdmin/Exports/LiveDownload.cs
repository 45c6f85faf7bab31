using System.IO.Pipelines;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;
using UsageAdmin.Data;

namespace UsageAdmin.Exports;

/// <summary>
/// Streams an export to the browser while it is made. It is in the audit log before its first byte. A failure before that
/// is an ordinary error; after it the connection is aborted, so that no reader takes half a file for a whole one.
/// </summary>
public sealed partial class LiveDownload(
    ExportLog exports, DownloadSlots slots, DataDirectory directory, IOptions<ExportOptions> options, TimeProvider time,
    ILogger<LiveDownload> log)
{
    /// <param name="fileName">ASCII.</param>
    /// <param name="write">Writes the whole file, closes its snapshot and returns rows and bytes.</param>
    /// <param name="tooMany">As for <see cref="DownloadSlots.RunAsync"/>.</param>
    public Task SendAsync(
        HttpContext http, ExportStart start, string fileName, string contentType,
        Func<PipeWriter, CancellationToken, Task<(long Rows, long Bytes)>> write, IResult? tooMany = null) =>
        slots.RunAsync(http, () => SendAuditedAsync(http, start, fileName, contentType, write), tooMany);

    private async Task SendAuditedAsync(
        HttpContext http, ExportStart start, string fileName, string contentType,
        Func<PipeWriter, CancellationToken, Task<(long Rows, long Bytes)>> write)
    {
        var export = exports.Start(start);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, export.Stopping);
        try
        {
            var response = http.Response;
            response.ContentType = contentType;
            response.Headers.CacheControl = "no-store";
            response.Headers.XContentTypeOptions = "nosniff";
            response.Headers.ContentDisposition =
                new ContentDispositionHeaderValue("attachment") { FileName = fileName, FileNameStar = fileName }.ToString();
            response.Headers["X-Export-Id"] = export.PublicId;
            http.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
            await using var pipe = new SpillingPipe(response.BodyWriter, directory, options.Value.MaxReaderDelay, time);
            var (rows, bytes) = await write(pipe, stop.Token);
            await pipe.DrainAsync(stop.Token);
            export.Finish(rows, bytes);
        }
        catch (Exception e)
        {
            var gone = e is OperationCanceledException || stop.IsCancellationRequested;
            Failed(log, export.PublicId, gone ? "nobody wants it any more" : "an error", gone ? null : e);

            // Before anything else that may fail: the reader must see that the file is not whole.
            var hasStarted = http.Response.HasStarted;
            if (hasStarted || gone)
            {
                http.Abort();
            }

            export.Stop(e, gone);
            if (hasStarted)
            {
                return;
            }

            http.Response.Headers.Clear();
            if (!gone)
            {
                throw;
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Export {Export} stopped: {Reason}")]
    private static partial void Failed(ILogger log, string export, string reason, Exception? exception);
}
