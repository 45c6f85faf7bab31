using Microsoft.AspNetCore.Localization;
using UsageAdmin.Components.Layout;

namespace UsageAdmin.Components;

/// <summary>The browser's side: languages, theme, static files and Razor pages.</summary>
internal static class ComponentsModule
{
    /// <summary>What a page hands from prerendering to its circuit comes back in one message, so that nothing is loaded twice.</summary>
    private const long LargestCircuitMessage = 512 * 1024;

    /// <summary>The first is the default.</summary>
    public static IReadOnlyList<string> Languages { get; } = ["en", "de"];

    public static IServiceCollection AddComponents(this IServiceCollection services)
    {
        services.AddLocalization();
        services.Configure<RequestLocalizationOptions>(options =>
        {
            options.SetDefaultCulture(Languages[0]);
            options.AddSupportedCultures([.. Languages]);
            options.AddSupportedUICultures([.. Languages]);
            options.RequestCultureProviders =
                [new CookieRequestCultureProvider(), new AcceptLanguageHeaderRequestCultureProvider()];
        });
        services.AddCascadingAuthenticationState();
        services.AddSingleton<ShellQuery>();
        services.AddRazorComponents()
            .AddInteractiveServerComponents()
            .AddHubOptions(options => options.MaximumReceiveMessageSize = LargestCircuitMessage);
        return services;
    }

    /// <summary>After routing of errors, before sign-in: the sign-in page already speaks the reader's language.</summary>
    public static IApplicationBuilder UseLanguages(this IApplicationBuilder app) => app.UseRequestLocalization();

    public static void MapComponents(this IEndpointRouteBuilder app)
    {
        app.MapStaticAssets().AllowAnonymous();
        app.MapPreferences();

        // The security headers of every answer name the frame ancestors already.
        app.MapRazorComponents<App>().AddInteractiveServerRenderMode(o => o.ContentSecurityFrameAncestorsPolicy = null);
    }
}
