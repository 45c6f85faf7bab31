using UsageAdmin.Exports;

namespace UsageAdmin.Server.OpenApi;

internal static class OpenApiEndpoints
{
    public static void MapOpenApi(this IEndpointRouteBuilder app) =>
        app.MapGet("/openapi/v1.json", (HttpContext http, PublicAddress address) => ApiDocument.Answer(http.Request, address))
            .AllowAnonymous();
}
