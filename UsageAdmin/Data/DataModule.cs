using Microsoft.EntityFrameworkCore;
using UsageAdmin.Data.RollUps;
using UsageAdmin.Data.Sqlite;

namespace UsageAdmin.Data;

internal static class DataModule
{
    public static IServiceCollection AddData(this IServiceCollection services)
    {
        services.AddSettings<DatabaseOptions>(DatabaseOptions.Section);
        services.AddSingleton<DataDirectory>();
        services.AddSingleton<UsageDatabase>();
        services.AddDbContextFactory<SqliteUsageDbContext>(
            (provider, options) => provider.GetRequiredService<UsageDatabase>().Configure(options));
        services.AddSingleton<IDbContextFactory<UsageDbContext>, UsageDbContextFactory>();
        services.AddScoped(provider => provider.GetRequiredService<IDbContextFactory<UsageDbContext>>().CreateDbContext());
        services.AddHostedService<CheckpointService>();
        services.AddHostedService<UsageDayService>();
        return services;
    }

    private sealed class UsageDbContextFactory(IDbContextFactory<SqliteUsageDbContext> contexts)
        : IDbContextFactory<UsageDbContext>
    {
        public UsageDbContext CreateDbContext() => contexts.CreateDbContext();
    }
}
