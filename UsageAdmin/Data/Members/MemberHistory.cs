using UsageAdmin.Data.Schema;

namespace UsageAdmin.Data.Members;

/// <summary>What the users of an organisation and their stays were in the past. Never changes.</summary>
internal sealed class MemberHistory(UsageSession session, long organizationId)
{
    /// <summary>About how much memory it takes.</summary>
    public long Bytes => 200L * (Users.Count + Roles.Count);

    public ValuesOverTime Users { get; } = ValuesOverTime.Read(
        session, EntityType.User, "SELECT id FROM usage_user WHERE organization_id = ?2", organizationId);

    public ValuesOverTime Roles { get; } = ValuesOverTime.Read(
        session, EntityType.Membership,
        "SELECT m.id FROM workspace w JOIN membership m ON m.workspace_id = w.id WHERE w.organization_id = ?2 AND m.section_id IS NULL",
        organizationId);
}
