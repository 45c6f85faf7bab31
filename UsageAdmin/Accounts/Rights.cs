using System.Globalization;
using System.Security.Claims;
using Microsoft.EntityFrameworkCore;
using UsageAdmin.Data;
using UsageAdmin.Data.Schema;

namespace UsageAdmin.Accounts;

/// <summary>
/// Decides who may do what, from the grants as they are now: a grant that was taken away ends with the next request or
/// circuit event. For endpoints there is <see cref="RequireRightAttribute"/>; handlers in a circuit ask here.
/// </summary>
public sealed class Rights(IDbContextFactory<UsageDbContext> contexts)
{
    /// <summary>The id of the signed-in account; null: nobody is signed in.</summary>
    public static long? AccountId(ClaimsPrincipal user) =>
        user.Identity is { IsAuthenticated: true }
        && long.TryParse(user.FindFirstValue(ClaimTypes.NameIdentifier), CultureInfo.InvariantCulture, out var id)
            ? id
            : null;

    /// <param name="publicId">Of the workspace or organisation that the right is about; null for <see cref="Right.OperateInstance"/>.</param>
    public async Task<RightDecision> DecideAsync(
        ClaimsPrincipal user, Right right, string? publicId, CancellationToken cancellationToken = default)
    {
        return AccountId(user) is { } accountId
            ? await DecideAsync(accountId, right, publicId, cancellationToken)
            : new RightDecision.NotFound();
    }

    /// <summary>For work that goes on when whoever asked for it is gone.</summary>
    public async Task<RightDecision> DecideAsync(
        long accountId, Right right, string? publicId, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        db.ChangeTracker.QueryTrackingBehavior = QueryTrackingBehavior.NoTracking;
        return right switch
        {
            Right.OperateInstance => await OperatesAsync(db, accountId, cancellationToken),
            Right.ViewActivity or Right.ExportActivity or Right.ExportUsage or Right.ManageWorkspace or Right.ViewExports =>
                await InWorkspaceAsync(db, accountId, right, publicId, cancellationToken),
            _ => await InOrganizationAsync(db, accountId, right, publicId, cancellationToken),
        };
    }

    /// <summary>Workspaces whose activity the account may see, by name: what it can choose from.</summary>
    public async Task<IReadOnlyList<(Organization Organization, Workspace Workspace)>> ActivityWorkspacesAsync(
        ClaimsPrincipal user, CancellationToken cancellationToken = default)
    {
        if (AccountId(user) is not { } accountId)
        {
            return [];
        }

        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        db.ChangeTracker.QueryTrackingBehavior = QueryTrackingBehavior.NoTracking;
        var found = await (
            from workspace in db.Workspaces
            join organization in db.Organizations on workspace.OrganizationId equals organization.Id
            where db.AccountGrants.Any(g => g.AccountId == accountId && g.WorkspaceId == workspace.Id)
                && db.AccountGrants.Any(g => g.AccountId == accountId && g.OrganizationId == organization.Id
                    && g.WorkspaceId == null && (g.Role == GrantRole.OrganizationAdmin
                        || g.Role == GrantRole.OrganizationAdminWithoutAnalytics))
            orderby organization.Name, organization.Id, workspace.Name, workspace.Id
            select new { organization, workspace }).ToListAsync(cancellationToken);
        return [.. found.Select(f => (f.organization, f.workspace))];
    }

    /// <summary>
    /// Organisations whose analytics the account may see, by name. Pseudonymous as a whole where one of its workspaces is.
    /// </summary>
    public async Task<IReadOnlyList<(Organization Organization, bool IsPseudonymous)>> AnalyticsOrganizationsAsync(
        ClaimsPrincipal user, CancellationToken cancellationToken = default)
    {
        if (AccountId(user) is not { } accountId)
        {
            return [];
        }

        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        db.ChangeTracker.QueryTrackingBehavior = QueryTrackingBehavior.NoTracking;
        var found = await db.Organizations
            .Where(o => db.AccountGrants.Any(g => g.AccountId == accountId && g.OrganizationId == o.Id
                && g.WorkspaceId == null && g.Role == GrantRole.OrganizationAdmin))
            .OrderBy(o => o.Name).ThenBy(o => o.Id)
            .Select(o => new
            {
                Organization = o,
                IsPseudonymous = o.UserLevelData == false
                    || db.Workspaces.Any(w => w.OrganizationId == o.Id && w.UserLevelData == false),
            }).ToListAsync(cancellationToken);
        return [.. found.Select(f => (f.Organization, f.IsPseudonymous))];
    }

    /// <summary>Workspaces that the account manages, by name.</summary>
    public async Task<IReadOnlyList<(Organization Organization, Workspace Workspace)>> ManagedWorkspacesAsync(
        ClaimsPrincipal user, CancellationToken cancellationToken = default)
    {
        var accountId = AccountId(user);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        db.ChangeTracker.QueryTrackingBehavior = QueryTrackingBehavior.NoTracking;
        var found = await (
            from workspace in db.Workspaces
            join organization in db.Organizations on workspace.OrganizationId equals organization.Id
            where db.AccountGrants.Any(g => g.AccountId == accountId && g.WorkspaceId == workspace.Id
                && g.Role == GrantRole.WorkspaceAdmin)
            orderby organization.Name, organization.Id, workspace.Name, workspace.Id
            select new { organization, workspace }).ToListAsync(cancellationToken);
        return [.. found.Select(f => (f.organization, f.workspace))];
    }

    /// <summary>Organisations that the account manages, by name.</summary>
    public async Task<IReadOnlyList<Organization>> ManagedOrganizationsAsync(
        ClaimsPrincipal user, CancellationToken cancellationToken = default)
    {
        var accountId = AccountId(user);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.Organizations.AsNoTracking()
            .Where(o => db.AccountGrants.Any(g => g.AccountId == accountId && g.OrganizationId == o.Id
                && g.WorkspaceId == null && (g.Role == GrantRole.OrganizationAdmin
                    || g.Role == GrantRole.OrganizationAdminWithoutAnalytics)))
            .OrderBy(o => o.Name).ThenBy(o => o.Id).ToListAsync(cancellationToken);
    }

    /// <summary>Organisations whose audit log the account may see, by name.</summary>
    public async Task<IReadOnlyList<Organization>> AuditedOrganizationsAsync(
        ClaimsPrincipal user, CancellationToken cancellationToken = default)
    {
        var accountId = AccountId(user);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.Organizations.AsNoTracking()
            .Where(o => db.AccountGrants.Any(g => g.AccountId == accountId && g.OrganizationId == o.Id
                && g.WorkspaceId == null && (g.Role == GrantRole.OrganizationAdmin
                    || g.Role == GrantRole.OrganizationAdminWithoutAnalytics || g.Role == GrantRole.Auditor)))
            .OrderBy(o => o.Name).ThenBy(o => o.Id).ToListAsync(cancellationToken);
    }

    /// <summary>Of whose exports of an organisation the account may see the history, now.</summary>
    public async Task<SeenExports> SeenExportsAsync(
        ClaimsPrincipal user, Organization organization, CancellationToken cancellationToken = default)
    {
        var accountId = AccountId(user);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var grants = await db.AccountGrants.AsNoTracking()
            .Where(g => g.AccountId == accountId && g.OrganizationId == organization.Id).ToListAsync(cancellationToken);
        var roles = grants.Where(g => g.WorkspaceId is null).Select(g => g.Role).ToArray();
        return new SeenExports(
            roles.Contains(GrantRole.OrganizationAdmin), roles.Any(MayAudit),
            roles.Any(IsOrgAdmin) ? [.. grants.Where(g => g.WorkspaceId is not null).Select(g => g.WorkspaceId!.Value).Distinct()] : [],
            [.. grants.Where(IsWorkspaceAdmin).Select(g => g.WorkspaceId!.Value)]);
    }

    private static async Task<RightDecision> OperatesAsync(
        UsageDbContext db, long accountId, CancellationToken cancellationToken) =>
        await db.Users.AnyAsync(a => a.Id == accountId && a.IsOperator, cancellationToken)
            ? new RightDecision.Granted(null, null)
            : new RightDecision.Forbidden(null, null, Right.OperateInstance);

    private static async Task<RightDecision> InWorkspaceAsync(
        UsageDbContext db, long accountId, Right right, string? publicId, CancellationToken cancellationToken)
    {
        var found = await (
            from w in db.Workspaces
            join o in db.Organizations on w.OrganizationId equals o.Id
            where w.PublicId == publicId
            select new { Organization = o, Workspace = w }).SingleOrDefaultAsync(cancellationToken);
        if (found is null)
        {
            return new RightDecision.NotFound();
        }

        var grants = await db.AccountGrants
            .Where(g => g.AccountId == accountId && g.OrganizationId == found.Organization.Id
                && (g.WorkspaceId == null || g.WorkspaceId == found.Workspace.Id))
            .ToListAsync(cancellationToken);
        var isOrgAdmin = grants.Any(g => g.WorkspaceId is null && IsOrgAdmin(g.Role));
        var belongs = grants.Any(g => g.WorkspaceId is not null);
        var isWorkspaceAdmin = grants.Any(g => g.WorkspaceId is not null && g.Role == GrantRole.WorkspaceAdmin);
        var has = right switch
        {
            Right.ViewActivity or Right.ExportActivity => isOrgAdmin && belongs,
            Right.ViewExports => (isOrgAdmin && belongs) || isWorkspaceAdmin,
            _ => isWorkspaceAdmin,
        };
        return Decide(grants.Count > 0, has, right, found.Organization, found.Workspace);
    }

    private static async Task<RightDecision> InOrganizationAsync(
        UsageDbContext db, long accountId, Right right, string? publicId, CancellationToken cancellationToken)
    {
        var organization = await db.Organizations.SingleOrDefaultAsync(o => o.PublicId == publicId, cancellationToken);
        if (organization is null)
        {
            return new RightDecision.NotFound();
        }

        var grants = await db.AccountGrants
            .Where(g => g.AccountId == accountId && g.OrganizationId == organization.Id).ToListAsync(cancellationToken);
        var roles = grants.Where(g => g.WorkspaceId is null).Select(g => g.Role).ToArray();
        var has = right switch
        {
            Right.ViewAnalytics or Right.ExportAnalytics => roles.Contains(GrantRole.OrganizationAdmin),
            Right.ManageOrganization => roles.Any(IsOrgAdmin),
            Right.ViewAudit or Right.ExportAudit => roles.Any(MayAudit),
            Right.ViewOrganizationExports => roles.Any(MayAudit) || grants.Any(IsWorkspaceAdmin),
            _ => throw new ArgumentOutOfRangeException(nameof(right)),
        };
        return Decide(grants.Count > 0, has, right, organization, null);
    }

    /// <summary>The feature comes last: who lacks the right does not learn whether it is on (decisions.md 22).</summary>
    private static RightDecision Decide(
        bool hasRole, bool hasRight, Right right, Organization organization, Workspace? workspace)
    {
        if (!hasRole)
        {
            return new RightDecision.NotFound();
        }

        if (!hasRight)
        {
            return new RightDecision.Forbidden(organization, workspace, right);
        }

        return right is Right.ExportActivity or Right.ExportAnalytics or Right.ExportUsage or Right.ExportAudit
            && !organization.ExportsEnabled
            ? new RightDecision.FeatureDisabled(organization, workspace, right)
            : new RightDecision.Granted(organization, workspace);
    }

    private static bool MayAudit(GrantRole role) => IsOrgAdmin(role) || role == GrantRole.Auditor;

    private static bool IsWorkspaceAdmin(AccountGrant grant) =>
        grant is { WorkspaceId: not null, Role: GrantRole.WorkspaceAdmin };

    private static bool IsOrgAdmin(GrantRole role) =>
        role is GrantRole.OrganizationAdmin or GrantRole.OrganizationAdminWithoutAnalytics;
}
