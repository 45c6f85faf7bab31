namespace UsageAdmin.Usage;

internal static class UsageModule
{
    public static IServiceCollection AddUsage(this IServiceCollection services) =>
        services.AddSingleton<UsageQuery>().AddSingleton<UsageExport>().AddSingleton<UsagePages>();
}
