using UsageAdmin.Data;

namespace UsageAdmin.Usage.Api;

internal static class UsageApiModule
{
    public static IServiceCollection AddUsageApi(this IServiceCollection services)
    {
        services.AddSettings<UsageExportOptions>(UsageExportOptions.Section);
        return services.AddSingleton<RequestLimit>().AddSingleton<UsageApiRange>().AddSingleton<UsageApi>();
    }
}
