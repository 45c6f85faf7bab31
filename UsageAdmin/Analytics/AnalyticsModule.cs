namespace UsageAdmin.Analytics;

internal static class AnalyticsModule
{
    public static IServiceCollection AddAnalytics(this IServiceCollection services) =>
        services.AddSingleton<AnalyticsQuery>().AddSingleton<OrgAnalyticsExport>();
}
