using UsageAdmin.Data.Schema;

namespace UsageAdmin.Accounts.Keys;

/// <summary>
/// Decides what a key may do: what its scopes say, in its own workspace, and the organisation's months where it has that
/// scope. Refuses as <see cref="Rights"/> does.
/// </summary>
public static class KeyRights
{
    /// <summary>For routes that are there for browsers too.</summary>
    public static RightDecision Decide(GrantedKey key, Right right, string? publicId) =>
        right is Right.ExportActivity or Right.ExportAnalytics
            ? DecideExport(key, right, publicId)
            : publicId == key.Workspace.PublicId || publicId == key.Organization.PublicId
                ? new RightDecision.Forbidden(key.Organization, key.Workspace, right)
                : new RightDecision.NotFound();

    /// <summary>For an export of the kind that <paramref name="right"/> is about.</summary>
    /// <param name="publicId">Of the workspace; for <see cref="Right.ExportAnalytics"/> and <see cref="Right.ExportAudit"/> of the organisation.</param>
    public static RightDecision DecideExport(GrantedKey key, Right right, string? publicId)
    {
        var ofOrganization = right is Right.ExportAnalytics or Right.ExportAudit;
        if (publicId != (ofOrganization ? key.Organization.PublicId : key.Workspace.PublicId))
        {
            return new RightDecision.NotFound();
        }

        if (ScopeOf(right) is not { } scope || !key.Key.Scopes.HasFlag(scope))
        {
            return new RightDecision.Forbidden(key.Organization, key.Workspace, right);
        }

        return key.Organization.ExportsEnabled
            ? new RightDecision.Granted(key.Organization, ofOrganization ? null : key.Workspace)
            : new RightDecision.FeatureDisabled(key.Organization, key.Workspace, right);
    }

    /// <summary>For bringing data into the key's workspace. Whether exports are on plays no part.</summary>
    public static RightDecision DecideIngest(GrantedKey key) => key.Key.Scopes.HasFlag(ApiScopes.Ingest)
        ? new RightDecision.Granted(key.Organization, key.Workspace)
        : new RightDecision.Forbidden(key.Organization, key.Workspace, Right.ManageWorkspace);

    /// <summary>Null: no key has the right.</summary>
    private static ApiScopes? ScopeOf(Right right) => right switch
    {
        Right.ExportUsage => ApiScopes.UsageExport,
        Right.ExportActivity => ApiScopes.ActivityExport,
        Right.ExportAnalytics => ApiScopes.OrgAnalyticsExport,
        _ => null,
    };
}
