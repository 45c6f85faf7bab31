namespace UsageAdmin.Ingest.Api;

/// <summary>Why a request that brings data in is not answered with 200. Types are part of the outside contract.</summary>
/// <param name="Detail">What would be right; null: the title says all.</param>
internal sealed record IngestRefusal(int Status, string Type, string Title, string? Detail = null)
{
    public static IngestRefusal NoKey { get; } = new(
        StatusCodes.Status401Unauthorized, "invalid-key", "The API key is missing or not valid.",
        "Send Authorization: Bearer with a key of scope INGEST_API. Keys are made in the workspace's settings.");

    public static IngestRefusal TooManyKeys { get; } = new(
        StatusCodes.Status429TooManyRequests, "too-many-failures", "Too many wrong API keys came from your network.");

    public static IngestRefusal NoScope { get; } = new(
        StatusCodes.Status403Forbidden, "forbidden", "Not allowed.", "The API key does not have the scope INGEST_API.");

    public static IngestRefusal NotAllowed { get; } = new(
        StatusCodes.Status405MethodNotAllowed, "method-not-allowed", "Data is sent by POST.");

    public static IngestRefusal Busy { get; } = new(
        StatusCodes.Status503ServiceUnavailable, "busy", "Too much is being taken in. Try again in a few seconds.");

    public static IngestRefusal DiskFull { get; } = new(
        StatusCodes.Status507InsufficientStorage, "insufficient-storage", "The server has no room left on its disk.");

    public static IngestRefusal NoOtlp { get; } = new(
        StatusCodes.Status400BadRequest, "invalid-body", "The body is no OTLP request in the encoding that Content-Type names.");

    public static IngestRefusal InvalidSource(string field) => new(
        StatusCodes.Status400BadRequest, "invalid-request",
        $"{field} must be one name of 1 to {StorableText.MaxIdBytes} bytes without control characters.");

    public static IngestRefusal TooMany(int limit) => new(
        StatusCodes.Status429TooManyRequests, "too-many-requests",
        FormattableString.Invariant($"This workspace may send {limit} requests in 60 seconds."));

    public static IngestRefusal TooLarge(long bytes) => new(
        StatusCodes.Status413PayloadTooLarge, "too-large",
        FormattableString.Invariant($"The body may have at most {bytes} bytes, also inflated."),
        "Send it in parts. Of a body whose length was not known before, what came up to the limit is stored.");

    public static IngestRefusal Unsupported(string types) => new(
        StatusCodes.Status415UnsupportedMediaType, "unsupported-media-type",
        $"Send the body as {types} in UTF-8, plain or with Content-Encoding: gzip.");

    public static IngestRefusal InvalidHeader(string detail) => new(
        StatusCodes.Status400BadRequest, "invalid-header", "The body does not begin with a header that can be read.", detail);

    public static IngestRefusal Unreadable(string detail) => new(
        StatusCodes.Status422UnprocessableEntity, "unreadable-body", "The body could not be read to its end.", detail);

    public static IngestRefusal Failed(string trace) => new(
        StatusCodes.Status500InternalServerError, "server-error", "The data could not be taken in.",
        $"The server's log says why, under {trace}.");

    /// <summary>As problem details (RFC 9457).</summary>
    /// <param name="more">Further members.</param>
    public IResult ToProblem(IDictionary<string, object?>? more = null) =>
        Results.Problem(type: Type, title: Title, statusCode: Status, detail: Detail, extensions: more);
}
