namespace UsageAdmin.Ingest.Otlp;

internal static class OtlpEndpoints
{
    public const string Traces = "/v1/traces";
    public const string Logs = "/v1/logs";
    public const string Metrics = "/v1/metrics";

    // All methods, because another one than POST is answered by the handlers, which ask for the key as well.
    public static void MapOtlp(this IEndpointRouteBuilder app)
    {
        app.Map(Traces, (HttpContext http, OtlpIntake intake) => intake.AnswerTracesAsync(http)).AllowAnonymous();
        app.Map(Logs, (HttpContext http, OtlpIntake intake) => intake.AnswerLogsAsync(http)).AllowAnonymous();
        app.Map(Metrics, (HttpContext http, OtlpIntake intake) => intake.AnswerMetricsAsync(http)).AllowAnonymous();
    }
}
