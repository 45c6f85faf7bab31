using UsageAdmin.Accounts.Keys;

namespace UsageAdmin.Accounts;

/// <summary>Downloads by cookie answer links of this site and typed addresses, not pages of other sites (threat M6).</summary>
public static class SameSiteDownload
{
    /// <summary>
    /// Refuses requests whose <c>Sec-Fetch-Site</c> is another than <c>same-origin</c> or <c>none</c>; it may be absent. Keys
    /// are not sent by browsers unasked, so it says nothing about requests with one.
    /// </summary>
    public static TBuilder SameSiteOnly<TBuilder>(this TBuilder endpoints)
        where TBuilder : IEndpointConventionBuilder =>
        endpoints.AddEndpointFilter((context, next) =>
            context.HttpContext.Request.Headers["Sec-Fetch-Site"].ToString() is "" or "same-origin" or "none"
                || context.HttpContext.ApiKey() is not null
                ? next(context)
                : ValueTask.FromResult<object?>(Problems.CrossSite()));
}
