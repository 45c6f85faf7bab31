namespace UsageAdmin.Server;

/// <summary>For orchestrators. Bare answers: anybody may ask.</summary>
internal static class HealthEndpoints
{
    private const string Alive = "/healthz";
    private const string Ready = "/readyz";

    /// <summary>Some probes ask for the headers alone.</summary>
    private static readonly string[] Methods = [HttpMethods.Get, HttpMethods.Head];

    public static bool Has(PathString path) => path == Alive || path == Ready;

    public static void MapHealth(this IEndpointRouteBuilder app)
    {
        app.MapMethods(Alive, Methods, () => Results.Text("ok")).AllowAnonymous();
        app.MapMethods(Ready, Methods, (Readiness readiness) => readiness.IsReady
            ? Results.Text("ready")
            : Results.Text("not ready", statusCode: StatusCodes.Status503ServiceUnavailable)).AllowAnonymous();
    }
}
