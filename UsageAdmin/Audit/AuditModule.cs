using UsageAdmin.Exports.Jobs;

namespace UsageAdmin.Audit;

internal static class AuditModule
{
    public static IServiceCollection AddAudit(this IServiceCollection services)
    {
        services.AddSingleton(provider => new JobKind(
            AuditExport.Kind, request => provider.GetRequiredService<AuditExport>().Prepare(request)));
        return services.AddSingleton<AuditQuery>().AddSingleton<AuditChain>().AddSingleton<AuditExport>();
    }
}
