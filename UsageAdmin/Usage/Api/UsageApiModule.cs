using UsageAdmin.Data;

namespace UsageAdmin.Usage.Api;

internal static class UsageApiModule
{
    public static IServiceCollection AddUsageApi(this IServiceCollection services)
    {
        services.AddSettings<UsageExportOptions>(UsageExportOptions.Section);
        return services.AddSingleton<UsageRequestLimit>().AddSingleton<UsageApiRange>().AddSingleton<UsageApi>();
    }
}
