using System.Text.Encodings.Web;
using System.Text.Json;

namespace UsageAdmin.Usage.Api;

/// <summary>How the API writes JSON: names in camelCase, text as it is. Answers are no markup and are never shown as one.</summary>
internal static class UsageApiJson
{
    public static JsonSerializerOptions Options { get; } = new(JsonSerializerDefaults.Web)
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static IResult Answer<T>(T body, int status = StatusCodes.Status200OK) =>
        Results.Json(body, Options, statusCode: status);
}
