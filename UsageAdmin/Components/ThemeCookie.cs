namespace UsageAdmin.Components;

/// <summary>The reader's choice of colours. Without the cookie the page follows the system.</summary>
internal static class ThemeCookie
{
    public const string Name = "ua_theme";

    /// <returns><c>light</c>, <c>dark</c> or null.</returns>
    public static string? Read(HttpRequest request) => request.Cookies[Name] is "light" or "dark" ? request.Cookies[Name] : null;

    public static void Write(HttpResponse response, string theme)
    {
        if (theme is "light" or "dark")
        {
            // shell.js switches the colours without a round trip, so the cookie is readable by script.
            response.Cookies.Append(Name, theme, new CookieOptions
            {
                MaxAge = TimeSpan.FromDays(365),
                SameSite = SameSiteMode.Lax,
                Secure = response.HttpContext.Request.IsHttps,
                IsEssential = true,
            });
        }
        else
        {
            response.Cookies.Delete(Name);
        }
    }
}
