using UsageAdmin.Exports.Jobs;

namespace UsageAdmin.Analytics;

internal static class AnalyticsModule
{
    public static IServiceCollection AddAnalytics(this IServiceCollection services)
    {
        services.AddSingleton(provider => new JobKind(
            OrgAnalyticsExport.Kind, request => provider.GetRequiredService<OrgAnalyticsExport>().Prepare(request)));
        return services.AddSingleton<AnalyticsQuery>().AddSingleton<OrgAnalyticsExport>();
    }
}
