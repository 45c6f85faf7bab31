using UsageAdmin.Data;

namespace UsageAdmin.Organizations;

internal static class OrganizationsModule
{
    public static IServiceCollection AddOrganizations(this IServiceCollection services)
    {
        services.AddSettings<PrivacyOptions>(PrivacyOptions.Section);
        return services.AddScoped<OrganizationRegistry>().AddSingleton<Pseudonyms>().AddSingleton<AuditLog>()
            .AddSingleton<SettingsRegistry>();
    }
}
