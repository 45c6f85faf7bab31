using UsageAdmin.Data.Schema;

namespace UsageAdmin.Accounts;

/// <summary>Whether an account may do something, and if not, what it may know about the reason.</summary>
public abstract record RightDecision
{
    private RightDecision()
    {
    }

    /// <param name="Organization">Null for <see cref="Right.OperateInstance"/>.</param>
    /// <param name="Workspace">Null for rights in an organisation.</param>
    public sealed record Granted(Organization? Organization, Workspace? Workspace) : RightDecision;

    /// <summary>There is no such thing, or the account has no role in it: nobody learns which.</summary>
    public sealed record NotFound : RightDecision;

    /// <summary>The account has a role there, but not one with this right.</summary>
    /// <param name="Organization">Null for <see cref="Right.OperateInstance"/>.</param>
    public sealed record Forbidden(Organization? Organization, Workspace? Workspace, Right Right) : RightDecision;

    /// <summary>The account has the right, but the organisation has no exports.</summary>
    public sealed record FeatureDisabled(Organization Organization, Workspace? Workspace, Right Right) : RightDecision;
}
