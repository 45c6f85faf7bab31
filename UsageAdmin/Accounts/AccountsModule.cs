using Microsoft.AspNetCore.Identity;
using UsageAdmin.Data;
using UsageAdmin.Data.Schema;

namespace UsageAdmin.Accounts;

internal static class AccountsModule
{
    public static IServiceCollection AddAccounts(this IServiceCollection services)
    {
        services.AddIdentityCore<Account>(Rules)
            .AddEntityFrameworkStores<UsageDbContext>()
            .AddSignInManager()
            .AddDefaultTokenProviders();
        services.AddAuthentication(IdentityConstants.ApplicationScheme).AddIdentityCookies();
        services.AddScoped<AccountRegistry>();
        services.AddScoped<DemoAccounts>();
        return services;
    }

    /// <summary>Length alone makes a password (NIST SP 800-63B 3.1.1.2); five failures lock an account for a quarter-hour.</summary>
    private static void Rules(IdentityOptions options)
    {
        options.User.RequireUniqueEmail = true;
        options.User.AllowedUserNameCharacters = "";
        options.Password.RequiredLength = 12;
        options.Password.RequiredUniqueChars = 4;
        options.Password.RequireDigit = false;
        options.Password.RequireLowercase = false;
        options.Password.RequireUppercase = false;
        options.Password.RequireNonAlphanumeric = false;
        options.Lockout.AllowedForNewUsers = true;
        options.Lockout.MaxFailedAccessAttempts = 5;
        options.Lockout.DefaultLockoutTimeSpan = TimeSpan.FromMinutes(15);
    }
}
