namespace UsageAdmin.Server;

/// <summary>For orchestrators. Bare answers: anybody may ask.</summary>
internal static class HealthEndpoints
{
    private const string Alive = "/healthz";
    private const string Ready = "/readyz";

    public static bool Has(PathString path) => path == Alive || path == Ready;

    public static void MapHealth(this IEndpointRouteBuilder app)
    {
        app.MapGet(Alive, () => Results.Text("ok")).AllowAnonymous();
        app.MapGet(Ready, (Readiness readiness) => readiness.IsReady
            ? Results.Text("ready")
            : Results.Text("not ready", statusCode: StatusCodes.Status503ServiceUnavailable)).AllowAnonymous();
    }
}
