using System.Data.Common;
using UsageAdmin.Accounts.Keys;
using UsageAdmin.Data.Schema;
using UsageAdmin.Organizations;

namespace UsageAdmin.Accounts;

/// <summary>
/// Writes into an organisation's audit log who of its own was refused what: once a minute for each account or key and
/// route, so that nobody can flood it. Who has no role in an organisation learns nothing of it and leaves nothing there.
/// </summary>
internal sealed partial class Refusals(AuditLog audit, TimeProvider time, ILogger<Refusals> log)
{
    private readonly OncePerMinute<(long? Account, long? Key, long Organization, string? Route)> _due = new(time);

    private const int LongestPath = 200;

    /// <summary>Where it cannot be written down, the request is refused all the same.</summary>
    /// <param name="decision">Null: by somebody else than <see cref="Rights"/>; nothing is written.</param>
    public void Record(HttpContext http, RightDecision? decision) => Record(http.Actor(), decision, RouteOf(http), PathOf(http));

    /// <param name="route">The route's pattern.</param>
    /// <param name="path">What was asked for, without its query string; cut where it is long.</param>
    public void Record(Actor actor, RightDecision? decision, string? route, string path)
    {
        var (organization, workspace, right, reason) = decision switch
        {
            RightDecision.Forbidden { Organization: { } of } forbidden => (of, forbidden.Workspace, forbidden.Right, "no-right"),
            RightDecision.FeatureDisabled off => (off.Organization, off.Workspace, off.Right, "feature-disabled"),
            _ => (default(Organization), default(Workspace), default, ""),
        };
        if (organization is not null)
        {
            Append(
                new AuditEntry(organization.Id, workspace?.Id, actor, "access.refused", Details: new Dictionary<string, object?>
                {
                    ["right"] = $"{right}",
                    ["reason"] = reason,
                    ["route"] = route,
                }),
                route, path);
        }
    }

    /// <summary>A key that was right once, and was revoked or has expired.</summary>
    public void RecordEnded(HttpContext http, GrantedKey ended)
    {
        var route = RouteOf(http);
        Append(
            new AuditEntry(
                ended.Organization.Id, ended.Workspace?.Id, http.Actor(ended.Key), "access.refused",
                Details: new Dictionary<string, object?> { ["reason"] = "key-ended", ["route"] = route }),
            route, PathOf(http));
    }

    private static string? RouteOf(HttpContext http) => (http.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText;

    /// <summary>As it stands in addresses, so that it is ASCII and cannot be cut within a character.</summary>
    private static string PathOf(HttpContext http) => (http.Request.PathBase + http.Request.Path).ToUriComponent();

    private void Append(AuditEntry entry, string? route, string path)
    {
        if (!_due.IsDue((entry.Actor.AccountId, entry.Actor.ApiKeyId, entry.OrganizationId, route)))
        {
            return;
        }

        try
        {
            audit.Append(entry with { Target = path.Length > LongestPath ? path[..LongestPath] : path });
        }
        catch (DbException e)
        {
            NotWritten(log, e);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "A refusal could not be written into the audit log")]
    private static partial void NotWritten(ILogger log, Exception exception);
}
