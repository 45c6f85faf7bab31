using UsageAdmin.Exports.Jobs;

namespace UsageAdmin.Usage;

internal static class UsageModule
{
    public static IServiceCollection AddUsage(this IServiceCollection services)
    {
        foreach (var type in UsageDataTypes.All)
        {
            services.AddSingleton(provider => new JobKind(
                UsageDataTypes.NameOf(type),
                request => provider.GetRequiredService<UsageExport>().Prepare(
                    type, request, provider.GetRequiredService<TimeProvider>())));
        }

        return services.AddSingleton<UsageQuery>().AddSingleton<UsageExport>().AddSingleton<UsagePages>();
    }
}
