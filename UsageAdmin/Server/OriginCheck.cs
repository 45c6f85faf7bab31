using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;
using UsageAdmin.Accounts;

namespace UsageAdmin.Server;

/// <summary>
/// Circuits answer pages of this site alone. Browsers send cookies with cross-site WebSockets and always name the page's
/// origin, so a handshake without one does not come from a page (ASVS 4.4.2).
/// </summary>
internal static class OriginCheck
{
    private const string Circuits = "/_blazor";

    public static IApplicationBuilder UseOriginCheck(this IApplicationBuilder app) => app.Use((context, next) =>
        !context.Request.Path.StartsWithSegments(Circuits, StringComparison.OrdinalIgnoreCase) || IsAllowed(context)
            ? next(context)
            : Problems.CrossSite().ExecuteAsync(context));

    private static bool IsAllowed(HttpContext context)
    {
        var origin = context.Request.Headers.Origin;
        if (StringValues.IsNullOrEmpty(origin))
        {
            return !IsHandshake(context);
        }

        if (!Uri.TryCreate(origin.ToString(), UriKind.Absolute, out var from))
        {
            return false;
        }

        var server = context.RequestServices.GetRequiredService<IOptions<ServerOptions>>().Value;
        var here = new Uri($"{context.Request.Scheme}://{context.Request.Host}");
        return IsSame(from, here) || (server.PublicUrl is { } address && IsSame(from, address));
    }

    /// <summary>Over HTTP/1.1 (RFC 6455) or HTTP/2 (RFC 8441).</summary>
    private static bool IsHandshake(HttpContext context) =>
        context.Request.Headers.Upgrade.ToString().Contains("websocket", StringComparison.OrdinalIgnoreCase)
        || context.Features.Get<IHttpExtendedConnectFeature>() is { IsExtendedConnect: true };

    private static bool IsSame(Uri a, Uri b) =>
        Uri.Compare(a, b, UriComponents.SchemeAndServer, UriFormat.SafeUnescaped, StringComparison.OrdinalIgnoreCase) == 0;
}
