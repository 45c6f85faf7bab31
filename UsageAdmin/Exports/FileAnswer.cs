using Microsoft.Net.Http.Headers;

namespace UsageAdmin.Exports;

/// <summary>
/// A whole file as an answer: with length, strong entity tag, digest (RFC 9530) and ranges (RFC 9110), as an attachment that
/// no cache keeps.
/// </summary>
internal sealed class FileAnswer : IResult, IAsyncDisposable
{
    private readonly ExportFile _export;
    private readonly FileStream _file;

    private FileAnswer(ExportFile export, FileStream file)
    {
        _export = export;
        _file = file;
    }

    /// <summary>Opens the file: once there is an answer, the file may expire.</summary>
    /// <exception cref="FileNotFoundException">It is not there any more.</exception>
    public static FileAnswer Of(ExportFile export) => new(export, new FileStream(export.Path, new FileStreamOptions
    {
        Mode = FileMode.Open,
        Access = FileAccess.Read,
        Share = FileShare.Read | FileShare.Delete,
        BufferSize = 0,
        Options = FileOptions.Asynchronous | FileOptions.SequentialScan,
    }));

    public Task ExecuteAsync(HttpContext httpContext)
    {
        var headers = httpContext.Response.Headers;
        headers.CacheControl = "no-store";
        headers.XContentTypeOptions = "nosniff";
        headers["X-Export-Id"] = _export.Id;
        headers["Repr-Digest"] = $"sha-256=:{Convert.ToBase64String(Convert.FromHexString(_export.Sha256))}:";

        // The framework takes any unit for bytes; one that a server does not know is to be ignored (RFC 9110 section 14.2).
        var request = httpContext.Request;
        if (request.GetTypedHeaders().Range is { } range && !range.Unit.Equals("bytes", StringComparison.OrdinalIgnoreCase))
        {
            request.Headers.Remove(HeaderNames.Range);
        }

        return TypedResults.Stream(
            _file, _export.ContentType, _export.DownloadName, entityTag: new EntityTagHeaderValue($"\"{_export.Sha256}\""),
            enableRangeProcessing: true).ExecuteAsync(httpContext);
    }

    public ValueTask DisposeAsync() => _file.DisposeAsync();
}
