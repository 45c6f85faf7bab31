using UsageAdmin.Data;
using UsageAdmin.Ingest.Otlp;

namespace UsageAdmin.Ingest.Api;

/// <summary>
/// What programs send in (ingest.md 1). Keys let in, cookies play no part, and the key alone says which workspace it goes to.
/// </summary>
internal static class IngestApiModule
{
    public const string NdjsonPath = "/api/ingest/v1";

    public static void AddIngestApi(this IServiceCollection services)
    {
        services.AddSettings<IngestOptions>(IngestOptions.Section);
        services.AddSingleton<IngestRequestLimit>().AddSingleton<IngestSlots>().AddSingleton<IngestGate>();
        services.AddSingleton<NdjsonIntake>().AddSingleton<OtlpSlots>().AddSingleton<OtlpIntake>();
    }

    // All methods, because another one than POST is answered by the handlers, which ask for the key as well.
    public static void MapIngestApi(this IEndpointRouteBuilder app)
    {
        app.Map(NdjsonPath, (HttpContext http, NdjsonIntake intake) => intake.AnswerAsync(http)).AllowAnonymous();
        app.MapOtlp();
    }
}
