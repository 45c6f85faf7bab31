using Microsoft.AspNetCore.Server.Kestrel.Core;
using UsageAdmin.Data;

namespace UsageAdmin.Exports;

internal static class ExportsModule
{
    public static IServiceCollection AddExports(this IServiceCollection services)
    {
        services.AddSettings<ExportOptions>(ExportOptions.Section);

        // Room for one export to read on while the socket is busy with what it wrote before.
        services.Configure<KestrelServerOptions>(kestrel => kestrel.Limits.MaxResponseBufferSize = 1 << 20);
        services.AddSingleton(new StartUpStep(AfterCrashAsync));
        return services.AddSingleton<ExportLog>().AddSingleton<LiveDownload>();
    }

    /// <summary>What a process that was killed left behind: rows that say "running", temporary files.</summary>
    private static Task AfterCrashAsync(IServiceProvider services, CancellationToken cancellationToken)
    {
        services.GetRequiredService<ExportLog>().MarkInterrupted();
        foreach (var file in Directory.EnumerateFiles(services.GetRequiredService<DataDirectory>().Temporary, "*.tmp"))
        {
            File.Delete(file);
        }

        return Task.CompletedTask;
    }
}
