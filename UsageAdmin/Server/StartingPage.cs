namespace UsageAdmin.Server;

/// <summary>What browsers see while the server migrates or loads the demo: a page that asks again by itself.</summary>
internal static class StartingPage
{
    private const string Html =
        """
        <!DOCTYPE html>
        <html lang="en">
        <head><meta charset="utf-8"><meta http-equiv="refresh" content="2"><title>UsageAdmin is starting</title></head>
        <body><main><h1>UsageAdmin is starting</h1><p>This page reloads by itself.</p>
        <p lang="de">UsageAdmin startet. Diese Seite l&auml;dt sich selbst neu.</p></main></body>
        </html>
        """;

    public static IApplicationBuilder UseStartingPage(this IApplicationBuilder app) => app.Use((context, next) =>
    {
        if (context.RequestServices.GetRequiredService<Readiness>().HasStarted || HealthEndpoints.Has(context.Request.Path))
        {
            return next(context);
        }

        context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
        context.Response.Headers.RetryAfter = "2";
        context.Response.Headers.CacheControl = "no-store";
        context.Response.ContentType = "text/html; charset=utf-8";
        return context.Response.WriteAsync(Html, context.RequestAborted);
    });
}
