using UsageAdmin.Data;

namespace UsageAdmin.Audit;

/// <summary>An entry as the database holds it, with ids of people as they may be shown.</summary>
/// <param name="Concerned">Whose data it was; null: nobody's alone.</param>
/// <param name="Details">A JSON object.</param>
public sealed record AuditLine(
    long No, DateTime AtUtc, long? WorkspaceId, string Actor, string? ActorName, string Action, string? Target,
    AuditPerson? Concerned, string? RemoteAddress, string Details, string Hash);

/// <param name="Id">The public id; where user-level data is off, the pseudonym.</param>
/// <param name="Name">Null: unknown, or not to be shown.</param>
public sealed record AuditPerson(string Id, string? Name, string? Email)
{
    public string Label => Name ?? Email ?? Id;

    internal static AuditPerson? Of(UsageSession session, long? userId, Func<string, string>? pseudonym)
    {
        if (userId is null)
        {
            return null;
        }

        var row = session.Prepare("SELECT public_id, name, email FROM usage_user WHERE id = ?1").Bind(1, userId);
        return !row.Step() ? null
            : pseudonym is null ? new AuditPerson(row.Text(0)!, row.Text(1), row.Text(2))
            : new AuditPerson(pseudonym(row.Text(0)!), null, null);
    }
}
