using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Localization;
using Microsoft.AspNetCore.Mvc;

namespace UsageAdmin.Components;

/// <summary>Where the language and theme switches of the shell post to, also before sign-in.</summary>
internal static class PreferenceEndpoints
{
    public static void MapPreferences(this IEndpointRouteBuilder app)
    {
        var preferences = app.MapGroup("/preferences").AllowAnonymous().ExcludeFromDescription();
        preferences.MapPost("/language", SetLanguage);
        preferences.MapPost("/theme", SetTheme);
    }

    private static RedirectHttpResult SetLanguage([FromForm] string language, [FromForm] string? returnUrl, HttpContext http)
    {
        if (ComponentsModule.Languages.Contains(language))
        {
            http.Response.Cookies.Append(
                CookieRequestCultureProvider.DefaultCookieName,
                CookieRequestCultureProvider.MakeCookieValue(new RequestCulture(language)),
                new CookieOptions
                {
                    MaxAge = TimeSpan.FromDays(365),
                    SameSite = SameSiteMode.Lax,
                    Secure = http.Request.IsHttps,
                    HttpOnly = true,
                    IsEssential = true,
                });
        }

        return Back(returnUrl);
    }

    private static RedirectHttpResult SetTheme([FromForm] string theme, [FromForm] string? returnUrl, HttpContext http)
    {
        ThemeCookie.Write(http.Response, theme);
        return Back(returnUrl);
    }

    private static RedirectHttpResult Back(string? returnUrl) =>
        TypedResults.LocalRedirect(RedirectHttpResult.IsLocalUrl(returnUrl) ? returnUrl! : "/");
}
