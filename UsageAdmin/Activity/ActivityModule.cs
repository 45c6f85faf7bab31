using UsageAdmin.Exports.Jobs;

namespace UsageAdmin.Activity;

internal static class ActivityModule
{
    public static IServiceCollection AddActivity(this IServiceCollection services)
    {
        services.AddSingleton(provider => new JobKind(
            "activity", request => provider.GetRequiredService<ActivityExport>().Prepare(request)));
        return services.AddSingleton<ActivityQuery>().AddSingleton<ActivitySearch>().AddSingleton<ActivityExport>();
    }
}
