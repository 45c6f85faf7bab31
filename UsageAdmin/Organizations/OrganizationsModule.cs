namespace UsageAdmin.Organizations;

internal static class OrganizationsModule
{
    public static IServiceCollection AddOrganizations(this IServiceCollection services) =>
        services.AddSingleton<OrganizationRegistry>().AddSingleton<Pseudonyms>().AddSingleton<AuditLog>();
}
