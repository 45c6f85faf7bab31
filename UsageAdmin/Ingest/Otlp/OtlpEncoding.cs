using System.Text.Encodings.Web;
using System.Text.Json;
using Google.Protobuf;
using UsageAdmin.Ingest.Api;
using UsageAdmin.Ingest.Otlp.Protos;

namespace UsageAdmin.Ingest.Otlp;

/// <summary>Answers in the encoding of the request, as OTLP/HTTP wants them.</summary>
internal sealed class OtlpEncoding(bool isProtobuf)
{
    public const string JsonType = "application/json";
    public const string ProtobufType = "application/x-protobuf";

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public bool IsProtobuf => isProtobuf;

    public static OtlpEncoding Of(HttpRequest request) =>
        new(request.ContentType?.StartsWith(ProtobufType, StringComparison.OrdinalIgnoreCase) == true);

    /// <param name="counter">What the signal calls its rejected records, as <c>rejectedSpans</c>.</param>
    /// <param name="message">Null: there is nothing to say.</param>
    public IResult Success(string counter, long rejected, string? message)
    {
        if (isProtobuf)
        {
            var answer = new ExportResponse();
            if (message is not null)
            {
                answer.PartialSuccess = new PartialSuccess { Rejected = rejected, ErrorMessage = message };
            }

            return Results.Bytes(answer.ToByteArray(), ProtobufType);
        }

        var partial = new Dictionary<string, string>();
        if (message is not null)
        {
            // 64-bit integers are strings in the JSON of protobuf.
            partial.Add(counter, FormattableString.Invariant($"{rejected}"));
            partial.Add("errorMessage", message);
        }

        return Results.Json(new { partialSuccess = partial }, Json);
    }

    /// <summary>As <c>google.rpc.Status</c>.</summary>
    public IResult Failure(IngestRefusal refusal)
    {
        var code = refusal.Status switch
        {
            StatusCodes.Status401Unauthorized => 16,
            StatusCodes.Status403Forbidden => 7,
            StatusCodes.Status405MethodNotAllowed => 12,
            StatusCodes.Status429TooManyRequests or StatusCodes.Status507InsufficientStorage => 8,
            StatusCodes.Status503ServiceUnavailable => 14,
            >= StatusCodes.Status500InternalServerError => 13,
            _ => 3,
        };
        var message = refusal.Detail is { } detail ? $"{refusal.Title} {detail}" : refusal.Title;
        return new Answer(refusal.Status, isProtobuf
            ? Results.Bytes(new RpcStatus { Code = code, Message = message }.ToByteArray(), ProtobufType)
            : Results.Json(new { code, message }, Json, statusCode: refusal.Status));
    }

    private sealed record Answer(int Status, IResult Body) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext)
        {
            httpContext.Response.StatusCode = Status;
            return Body.ExecuteAsync(httpContext);
        }
    }
}
