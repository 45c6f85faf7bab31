using UsageAdmin.Data;

namespace UsageAdmin.Ingest.Uploads;

internal static class UploadsModule
{
    public static IServiceCollection AddUploads(this IServiceCollection services)
    {
        services.AddSettings<UploadOptions>(UploadOptions.Section);
        services.AddSingleton<UploadedFiles>().AddSingleton<UploadSweep>().AddSingleton<UploadSweepService>();
        services.AddHostedService(provider => provider.GetRequiredService<UploadSweepService>());
        return services.AddSingleton(new StartUpStep((provider, cancellationToken) =>
            provider.GetRequiredService<UploadSweepService>().BeginAsync(cancellationToken)));
    }
}
