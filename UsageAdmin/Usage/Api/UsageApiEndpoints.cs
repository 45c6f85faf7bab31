namespace UsageAdmin.Usage.Api;

/// <summary>
/// The usage-export API (product.md). Programs alone: keys let in, cookies play no part, no page of another site may ask, and
/// every answer is JSON.
/// </summary>
internal static class UsageApiEndpoints
{
    /// <summary>Both are the same: clients of servers in the cloud and of dedicated ones use one or the other.</summary>
    public static IReadOnlyList<string> Prefixes { get; } = ["/export", "/api/public/export"];

    public static void MapUsageApi(this IEndpointRouteBuilder app)
    {
        foreach (var prefix in Prefixes)
        {
            // All methods, because another one than POST is answered in this API's own way. The handler asks for the key.
            app.Map(prefix + "/{type}", (HttpContext http, string type, UsageApi api) => api.AnswerAsync(http, type, null))
                .AllowAnonymous();
            app.Map(prefix + "/{type}/{format}", (HttpContext http, string type, string format, UsageApi api) =>
                api.AnswerAsync(http, type, format)).AllowAnonymous();
        }
    }
}
