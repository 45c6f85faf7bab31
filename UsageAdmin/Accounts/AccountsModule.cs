using System.Security.Claims;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Identity;
using UsageAdmin.Accounts.Keys;
using UsageAdmin.Data;
using UsageAdmin.Data.Schema;

namespace UsageAdmin.Accounts;

internal static class AccountsModule
{
    /// <summary>How long a changed password, a disabled account or a sign-out elsewhere may go unnoticed.</summary>
    private static readonly TimeSpan Revalidation = TimeSpan.FromSeconds(30);

    /// <summary>A request that shows a key is the key's, whatever cookies come with it.</summary>
    private const string KeyOrCookie = "KeyOrCookie";

    public static IServiceCollection AddAccounts(this IServiceCollection services)
    {
        services.AddSettings<SupportOptions>(SupportOptions.Section);
        services.AddIdentityCore<Account>(Rules)
            .AddEntityFrameworkStores<UsageDbContext>()
            .AddSignInManager()
            .AddDefaultTokenProviders();
        services.Configure<SecurityStampValidatorOptions>(options => options.ValidationInterval = Revalidation);
        services.AddAuthentication(KeyOrCookie)
            .AddPolicyScheme(KeyOrCookie, null, options => options.ForwardDefaultSelector = http =>
                http.Request.ShowsKey() ? KeyScheme.Name : IdentityConstants.ApplicationScheme)
            .AddScheme<AuthenticationSchemeOptions, KeyScheme>(KeyScheme.Name, null)
            .AddCookie(IdentityConstants.ApplicationScheme, SessionCookie.Configure);
        services.Configure<AntiforgeryOptions>(options =>
        {
            options.Cookie.Name = "ua_antiforgery";
            options.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
            options.SuppressXFrameOptionsHeader = true;
        });
        services.AddAuthorization(Policies);
        services.AddSingleton<IAuthorizationHandler, RightHandler>();
        services.AddSingleton<IAuthorizationMiddlewareResultHandler, RefusalWriter>();
        services.AddScoped<AuthenticationStateProvider, CircuitSignIn>();
        services.AddSingleton<Rights>().AddSingleton<Landing>().AddSingleton<OwnOrganizations>()
            .AddSingleton<FailedSignIns>().AddSingleton<SetupToken>().AddSingleton<Refusals>().AddSingleton<AccountAudit>();
        services.AddSingleton<ApiKeys>().AddSingleton<KeySignIn>().AddSingleton<FailedKeys>().AddSingleton<SteadyClock>()
            .AddSingleton<KeyUses>().AddHostedService(provider => provider.GetRequiredService<KeyUses>());
        services.AddScoped<AccountRegistry>().AddScoped<DemoAccounts>().AddScoped<PasswordSignIn>().AddScoped<FirstSetup>();
        services.AddSingleton(new StartUpStep(OfferSetupAsync));
        return services;
    }

    /// <summary>Who asks and whether they may: after routing, before everything that answers.</summary>
    public static void UseAccounts(this WebApplication app)
    {
        app.UseAuthentication();
        app.UseAuthorization();
        app.UseAntiforgery();
    }

    public static void MapAccounts(this IEndpointRouteBuilder app)
    {
        app.MapGet("/", async (HttpContext http, Landing landing) =>
            Results.LocalRedirect(await landing.FindAsync(http.User, http.RequestAborted))).AllowAnonymous();

        // Before the page of the same address, which asks whoever comes by a link.
        app.MapPost(AccountRoutes.Logout, SignOutAsync).WithOrder(-1);
    }

    private static async Task<IResult> SignOutAsync(HttpContext http, IAntiforgery antiforgery)
    {
        if (!await antiforgery.IsRequestValidAsync(http))
        {
            return Problems.OutdatedForm();
        }

        await http.SignOutAsync(IdentityConstants.ApplicationScheme);
        return Results.LocalRedirect(AccountRoutes.Login);
    }

    private static void Policies(AuthorizationOptions options)
    {
        // An account: keys have no id, and get in only where a right says so.
        options.DefaultPolicy = new AuthorizationPolicyBuilder()
            .RequireAuthenticatedUser().RequireClaim(ClaimTypes.NameIdentifier).Build();
        options.FallbackPolicy = options.DefaultPolicy;
        foreach (var right in Enum.GetValues<Right>())
        {
            options.AddPolicy(
                RequireRightAttribute.PolicyOf(right),
                policy => policy.RequireAuthenticatedUser().AddRequirements(new RightRequirement(right)));
        }
    }

    private static async Task OfferSetupAsync(IServiceProvider services, CancellationToken cancellationToken)
    {
        if (await services.GetRequiredService<FirstSetup>().IsNeededAsync(cancellationToken))
        {
            services.GetRequiredService<SetupToken>().Offer();
        }
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
