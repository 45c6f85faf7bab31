using System.Security.Claims;
using UsageAdmin.Data.Schema;

namespace UsageAdmin.Accounts.Keys;

/// <summary>Scopes of keys: their names in documents and commands, and who may give them.</summary>
public static class KeyScopes
{
    public const ApiScopes All =
        ApiScopes.UsageExport | ApiScopes.ActivityExport | ApiScopes.OrgAnalyticsExport | ApiScopes.Ingest;

    /// <summary>In the order in which they are shown.</summary>
    public static IReadOnlyList<(ApiScopes Scope, string Name)> Names { get; } =
    [
        (ApiScopes.UsageExport, "USAGE_EXPORT_API"),
        (ApiScopes.ActivityExport, "ACTIVITY_EXPORT_API"),
        (ApiScopes.OrgAnalyticsExport, "ORG_ANALYTICS_EXPORT_API"),
        (ApiScopes.Ingest, "INGEST_API"),
    ];

    public static IEnumerable<string> NamesOf(ApiScopes scopes) =>
        Names.Where(n => scopes.HasFlag(n.Scope)).Select(n => n.Name);

    /// <summary><see cref="ApiScopes.None"/>: there is no such scope.</summary>
    public static ApiScopes Find(string name) => Names.FirstOrDefault(n => n.Name == name).Scope;

    /// <summary>
    /// The scopes that somebody may put into keys of a workspace: none who does not manage it, and none that reaches what
    /// they cannot see themselves.
    /// </summary>
    public static async Task<ApiScopes> GivableAsync(
        this Rights rights, ClaimsPrincipal user, string workspaceId, string organizationId,
        CancellationToken cancellationToken = default)
    {
        if (!await HasAsync(Right.ManageWorkspace, workspaceId))
        {
            return ApiScopes.None;
        }

        return ApiScopes.UsageExport | ApiScopes.Ingest
            | (await HasAsync(Right.ViewActivity, workspaceId) ? ApiScopes.ActivityExport : ApiScopes.None)
            | (await HasAsync(Right.ViewAnalytics, organizationId) ? ApiScopes.OrgAnalyticsExport : ApiScopes.None);

        async Task<bool> HasAsync(Right right, string id) =>
            await rights.DecideAsync(user, right, id, cancellationToken) is RightDecision.Granted;
    }
}
