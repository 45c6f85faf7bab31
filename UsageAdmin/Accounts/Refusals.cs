using Microsoft.Data.Sqlite;
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

    /// <summary>Where it cannot be written down, the request is refused all the same.</summary>
    /// <param name="route">Its pattern, never its values.</param>
    public void Record(Actor actor, RightDecision? decision, string? route)
    {
        var (organization, workspace, right, reason) = decision switch
        {
            RightDecision.Forbidden { Organization: { } of } forbidden => (of, forbidden.Workspace, forbidden.Right, "no-right"),
            RightDecision.FeatureDisabled off => (off.Organization, off.Workspace, off.Right, "feature-disabled"),
            _ => (default(Organization), default(Workspace), default, ""),
        };
        if (organization is null || !_due.IsDue((actor.AccountId, actor.ApiKeyId, organization.Id, route)))
        {
            return;
        }

        try
        {
            audit.Append(new AuditEntry(
                organization, workspace, actor, "access.refused", route,
                Details: new Dictionary<string, object?> { ["right"] = $"{right}", ["reason"] = reason }));
        }
        catch (SqliteException e)
        {
            NotWritten(log, e);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "A refusal could not be written into the audit log")]
    private static partial void NotWritten(ILogger log, Exception exception);
}
