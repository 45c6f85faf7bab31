using System.Security.Claims;
using UsageAdmin.Accounts.Keys;
using UsageAdmin.Data.Schema;
using UsageAdmin.Organizations;

namespace UsageAdmin.Accounts;

/// <summary>Rights on endpoints, and what a handler behind them may take for granted.</summary>
public static class RightExtensions
{
    /// <summary>As <see cref="RequireRightAttribute"/>.</summary>
    public static TBuilder RequireRight<TBuilder>(this TBuilder endpoints, Right right)
        where TBuilder : IEndpointConventionBuilder =>
        endpoints.RequireAuthorization(new RequireRightAttribute(right));

    /// <summary>The workspace of an endpoint that requires a right in one.</summary>
    public static (Organization Organization, Workspace Workspace) GrantedWorkspace(this HttpContext http) =>
        http.Features.Get<RightDecision>() is RightDecision.Granted { Organization: { } organization, Workspace: { } workspace }
            ? (organization, workspace)
            : throw new InvalidOperationException("The endpoint does not require a right in a workspace.");

    /// <summary>The organisation of an endpoint that requires a right in one.</summary>
    public static Organization GrantedOrganization(this HttpContext http) =>
        http.Features.Get<RightDecision>() is RightDecision.Granted { Organization: { } organization }
            ? organization
            : throw new InvalidOperationException("The endpoint does not require a right in an organisation.");

    /// <summary>The signed-in account or the key that the request was let in with, for the audit log.</summary>
    public static Actor Actor(this HttpContext http) => http.ApiKey() is { Key: var key }
        ? http.Actor(key)
        : Actor(http.User, http.Connection.RemoteIpAddress?.ToString());

    /// <summary>Whoever comes with a key, also if it lets nobody in any more.</summary>
    internal static Actor Actor(this HttpContext http, ApiKey key) =>
        new("key", null, KeyRequests.NameOf(key), http.Connection.RemoteIpAddress?.ToString()) { ApiKeyId = key.Id };

    /// <param name="remoteAddress">Null in a circuit.</param>
    public static Actor Actor(this ClaimsPrincipal user, string? remoteAddress = null) =>
        new("account", Rights.AccountId(user), user.Identity?.Name, remoteAddress);
}
