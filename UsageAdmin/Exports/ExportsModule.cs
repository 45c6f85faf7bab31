using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using UsageAdmin.Data;
using UsageAdmin.Exports.History;
using UsageAdmin.Exports.Jobs;

namespace UsageAdmin.Exports;

internal static class ExportsModule
{
    public static IServiceCollection AddExports(this IServiceCollection services)
    {
        services.AddSettings<ExportOptions>(ExportOptions.Section);

        // Room for one export to read on while the socket is busy with what it wrote before.
        services.Configure<KestrelServerOptions>(kestrel => kestrel.Limits.MaxResponseBufferSize = 1 << 20);
        services.Configure<AuthorizationOptions>(options => options.AddPolicy(
            ExportAccess.Policy,
            policy => policy.RequireAuthenticatedUser().AddRequirements(new ExportRequirement())));
        services.AddSingleton<IAuthorizationHandler, ExportRequirementHandler>();
        services.AddSingleton<ExportSweep>().AddSingleton<ExportSweepService>();
        services.AddHostedService(provider => provider.GetRequiredService<ExportSweepService>());
        services.AddSingleton(new StartUpStep((provider, cancellationToken) =>
            provider.GetRequiredService<ExportSweepService>().AfterCrashAsync(
                provider.GetRequiredService<DataDirectory>(), cancellationToken)));
        services.AddSingleton<QueuedExports>().AddSingleton<JobRunner>().AddSingleton<JobService>();
        services.AddHostedService(provider => provider.GetRequiredService<JobService>());
        services.AddSingleton(new StartUpStep((provider, _) =>
        {
            provider.GetRequiredService<JobService>().Begin();
            return Task.CompletedTask;
        }));
        services.AddSingleton<DownloadSlots>().AddSingleton<LiveDownload>().AddSingleton<FileDownload>();
        services.AddSingleton<ExportLinks>().AddSingleton<PublicAddress>();
        services.AddSingleton<HistoryWords>().AddSingleton<ExportHistory>();
        return services.AddSingleton<ExportWatch>().AddSingleton<ExportLog>().AddSingleton<ExportFiles>().AddSingleton<CommandExport>();
    }
}
