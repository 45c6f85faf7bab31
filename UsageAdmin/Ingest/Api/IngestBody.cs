using System.IO.Compression;
using Microsoft.AspNetCore.Http.Features;

namespace UsageAdmin.Ingest.Api;

/// <summary>
/// The body of a request, inflated where it is gzip, up to a limit. One that ends too early, whoever is at fault, is
/// unreadable from there on: what came before it is taken in.
/// </summary>
internal sealed class IngestBody : ReadOnlyStream
{
    private readonly Stream _bytes;
    private readonly IngestBody? _sent;
    private readonly CancellationToken _aborted;
    private readonly long _maxBytes;
    private long _read;

    private IngestBody(Stream bytes, long maxBytes, CancellationToken aborted, IngestBody? sent = null) =>
        (_bytes, _maxBytes, _aborted, _sent) = (bytes, maxBytes, aborted, sent);

    /// <summary>Whether there was more than the limit.</summary>
    public bool IsTooLarge => _read > _maxBytes || _sent?.IsTooLarge == true;

    /// <summary>The body; the limit of the server for all bodies does not hold for it.</summary>
    public static IngestBody Open(HttpContext http, long maxBytes)
    {
        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
        {
            size.MaxRequestBodySize = null;
        }

        var sent = new IngestBody(http.Request.Body, maxBytes, http.RequestAborted);
        return IsGzip(http.Request.Headers.ContentEncoding.ToString())
            ? new IngestBody(new GZipStream(sent, CompressionMode.Decompress), maxBytes, http.RequestAborted, sent)
            : sent;
    }

    /// <summary>Both names mean the same (RFC 9110 section 8.4.1.3).</summary>
    public static bool IsGzip(string contentEncoding) =>
        contentEncoding.Equals("gzip", StringComparison.OrdinalIgnoreCase)
        || contentEncoding.Equals("x-gzip", StringComparison.OrdinalIgnoreCase);

    /// <exception cref="UnreadableFileException">The body is cut off, too large, or its sender has gone.</exception>
    /// <exception cref="InvalidDataException">Its compression is damaged.</exception>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        try
        {
            // All up to the limit, and one byte more to see whether there is any.
            var left = Math.Max(1, _maxBytes - _read);
            var read = await _bytes.ReadAsync(buffer[..(int)Math.Min(buffer.Length, left)], cancellationToken);
            _read += read;
            if (_read <= _maxBytes)
            {
                return read;
            }
        }
        catch (Exception e) when (e is IOException || (e is OperationCanceledException && _aborted.IsCancellationRequested))
        {
            throw new UnreadableFileException("The request ended before its body did.", e);
        }

        throw new UnreadableFileException(FormattableString.Invariant($"The body has more than {_maxBytes} bytes."));
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing && _bytes is GZipStream)
        {
            _bytes.Dispose();
        }

        base.Dispose(disposing);
    }
}
