namespace UsageAdmin.Data.Schema;

/// <summary>A stay of a user in a workspace, or in one of its sections. Who leaves and comes back has two.</summary>
public sealed class Membership
{
    public long Id { get; set; }

    public long WorkspaceId { get; set; }

    public long UserId { get; set; }

    /// <summary>Null: the workspace itself.</summary>
    public long? SectionId { get; set; }

    /// <summary>Unknown counts as <see cref="MemberRole.Member"/>.</summary>
    public MemberRole Role { get; set; }

    /// <summary>Null: from before the first data.</summary>
    public DateTime? JoinedAtUtc { get; set; }

    /// <summary>The first instant at which the user is no longer in it; null while the stay lasts.</summary>
    public DateTime? LeftAtUtc { get; set; }
}

/// <summary>A user's role on the AI platform. It grants nothing here.</summary>
public enum MemberRole
{
    Member = 0,
    Editor = 1,
    Admin = 2,
}
