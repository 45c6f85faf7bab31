using Microsoft.AspNetCore.Antiforgery;
using UsageAdmin.Accounts.Keys;

namespace UsageAdmin.Accounts;

/// <summary>Endpoints that forms of signed-in people post to.</summary>
public static class FormPost
{
    /// <summary>Refuses API keys, and forms without the token of the session (threat M6).</summary>
    public static TBuilder FormsOnly<TBuilder>(this TBuilder endpoints)
        where TBuilder : IEndpointConventionBuilder =>
        endpoints.AddEndpointFilter(async (context, next) =>
        {
            var http = context.HttpContext;
            if (http.ApiKey() is not null)
            {
                return Problems.Forbidden();
            }

            return await http.RequestServices.GetRequiredService<IAntiforgery>().IsRequestValidAsync(http)
                ? await next(context)
                : Problems.OutdatedForm();
        });
}
