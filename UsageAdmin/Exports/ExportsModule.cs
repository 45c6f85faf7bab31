namespace UsageAdmin.Exports;

internal static class ExportsModule
{
    public static IServiceCollection AddExports(this IServiceCollection services)
    {
        services.AddOptions<ExportOptions>().BindConfiguration(ExportOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        return services.AddSingleton<ExportLog>().AddSingleton<LiveDownload>();
    }
}
