using UsageAdmin.Data.Schema;

namespace UsageAdmin.Accounts;

/// <param name="Password">Null: one is made up.</param>
public sealed record NewAccount(string Email, string? Password = null)
{
    public bool IsOperator { get; init; }

    /// <summary>The password is taken as it is: the rules for good ones do not hold.</summary>
    public bool TakesAnyPassword { get; init; }

    public IReadOnlyList<NewGrant> Grants { get; init; } = [];
}

/// <summary>A role in an organisation, or in a workspace where <paramref name="WorkspaceId"/> is given.</summary>
/// <param name="OrganizationId">Public id; null: the workspace's.</param>
/// <param name="WorkspaceId">Public id.</param>
public sealed record NewGrant(GrantRole Role, string? OrganizationId = null, string? WorkspaceId = null);

/// <param name="IsNew">False: the address had an account, which got the grants it lacked.</param>
/// <param name="MadeUpPassword">To be shown once; null where a password was given or the account is not new.</param>
public sealed record AddedAccount(Account Account, bool IsNew, string? MadeUpPassword)
{
    /// <summary>The roles that it did not have before.</summary>
    public IReadOnlyList<AddedGrant> Granted { get; init; } = [];
}

/// <param name="Workspace">Null: a role in the organisation itself.</param>
public sealed record AddedGrant(GrantRole Role, Organization Organization, Workspace? Workspace);
