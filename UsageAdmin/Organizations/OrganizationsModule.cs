namespace UsageAdmin.Organizations;

internal static class OrganizationsModule
{
    public static IServiceCollection AddOrganizations(this IServiceCollection services) =>
        services.AddScoped<OrganizationRegistry>().AddSingleton<Pseudonyms>().AddSingleton<AuditLog>();
}
