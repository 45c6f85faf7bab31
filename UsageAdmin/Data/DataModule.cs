using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using UsageAdmin.Data.Members;
using UsageAdmin.Data.PostgreSql;
using UsageAdmin.Data.RollUps;
using UsageAdmin.Data.Sqlite;

namespace UsageAdmin.Data;

internal static class DataModule
{
    public static IServiceCollection AddData(this IServiceCollection services)
    {
        services.AddSettings<DatabaseOptions>(DatabaseOptions.Section);
        services.AddSingleton<DataDirectory>();
        services.AddSingleton(Open);
        services.AddSingleton<MemberCache>();
        services.AddDbContextFactory<SqliteUsageDbContext>(
            (provider, options) => provider.GetRequiredService<UsageDatabase>().Configure(options));
        services.AddDbContextFactory<PostgreSqlUsageDbContext>(
            (provider, options) => provider.GetRequiredService<UsageDatabase>().Configure(options));
        services.AddSingleton<IDbContextFactory<UsageDbContext>, UsageDbContextFactory>();
        services.AddScoped(provider => provider.GetRequiredService<IDbContextFactory<UsageDbContext>>().CreateDbContext());
        services.AddHostedService<CheckpointService>();
        services.AddSingleton<UsageDayService>();
        services.AddHostedService(provider => provider.GetRequiredService<UsageDayService>());
        services.AddSingleton(new StartUpStep((provider, _) =>
        {
            provider.GetRequiredService<UsageDayService>().Begin();
            return Task.CompletedTask;
        }));
        return services;
    }

    private static UsageDatabase Open(IServiceProvider provider) =>
        IsPostgreSql(provider)
            ? new PostgreSqlDatabase(provider.GetRequiredService<IConfiguration>()[PostgreSqlDatabase.Setting])
            : new SqliteDatabase(provider.GetRequiredService<DataDirectory>());

    /// <summary>The one place that asks which engine it is.</summary>
    private static bool IsPostgreSql(IServiceProvider provider) =>
        provider.GetRequiredService<IOptions<DatabaseOptions>>().Value.Provider == DatabaseOptions.PostgreSql;

    /// <summary>Contexts that log as the application does.</summary>
    private sealed class UsageDbContextFactory(IServiceProvider provider) : IDbContextFactory<UsageDbContext>
    {
        private readonly Func<UsageDbContext> _create = IsPostgreSql(provider)
            ? provider.GetRequiredService<IDbContextFactory<PostgreSqlUsageDbContext>>().CreateDbContext
            : provider.GetRequiredService<IDbContextFactory<SqliteUsageDbContext>>().CreateDbContext;

        public UsageDbContext CreateDbContext() => _create();
    }
}
