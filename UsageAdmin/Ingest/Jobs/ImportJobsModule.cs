using UsageAdmin.Data;

namespace UsageAdmin.Ingest.Jobs;

internal static class ImportJobsModule
{
    public static IServiceCollection AddImportJobs(this IServiceCollection services)
    {
        services.AddSingleton<ImportJobs>().AddSingleton<ImportJobRunner>().AddSingleton<ImportJobService>()
            .AddSingleton<Page.ImportQuery>();
        services.AddHostedService(provider => provider.GetRequiredService<ImportJobService>());
        return services.AddSingleton(new StartUpStep((provider, _) =>
        {
            provider.GetRequiredService<ImportJobService>().Begin();
            return Task.CompletedTask;
        }));
    }
}
