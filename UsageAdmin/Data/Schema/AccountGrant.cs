namespace UsageAdmin.Data.Schema;

/// <summary>What an account may do. Only people grant rights; ingested roles never do (decisions.md 14).</summary>
public sealed class AccountGrant
{
    public long Id { get; set; }

    public long AccountId { get; set; }

    public long OrganizationId { get; set; }

    /// <summary>Null: the grant is for the organisation itself.</summary>
    public long? WorkspaceId { get; set; }

    public GrantRole Role { get; set; }
}

/// <summary>The roles of an account. The first three are given for an organisation, the others for a workspace.</summary>
public enum GrantRole
{
    /// <summary>Org admin: settings, privacy, workspaces, analytics, audit.</summary>
    OrganizationAdmin = 0,

    /// <summary>Org admin from whom the analytics page was taken.</summary>
    OrganizationAdminWithoutAnalytics = 1,

    /// <summary>Reads the audit log without content (privacy officer, works council).</summary>
    Auditor = 2,

    WorkspaceAdmin = 10,

    WorkspaceEditor = 11,

    WorkspaceMember = 12,
}
