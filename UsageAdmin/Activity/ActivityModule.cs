namespace UsageAdmin.Activity;

internal static class ActivityModule
{
    public static IServiceCollection AddActivity(this IServiceCollection services) =>
        services.AddSingleton<ActivityQuery>().AddSingleton<ActivitySearch>().AddSingleton<ActivityExport>();
}
