using System.Globalization;
using System.Security.Claims;
using Microsoft.EntityFrameworkCore;
using UsageAdmin.Data;
using UsageAdmin.Data.Schema;

namespace UsageAdmin.Components.Layout;

/// <summary>Loads what the frame shows to an account.</summary>
public sealed class ShellQuery(IDbContextFactory<UsageDbContext> contexts)
{
    public async Task<ShellModel> LoadAsync(
        ClaimsPrincipal principal, string? theme, CancellationToken cancellationToken = default)
    {
        if (!long.TryParse(
            principal.FindFirstValue(ClaimTypes.NameIdentifier), NumberStyles.None, CultureInfo.InvariantCulture, out var id))
        {
            return new ShellModel("", theme, []);
        }

        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var workspaces = await (
            from workspace in db.Workspaces
            join organization in db.Organizations on workspace.OrganizationId equals organization.Id
            where db.AccountGrants.Any(g => g.AccountId == id && g.OrganizationId == organization.Id && g.WorkspaceId == null
                    && (g.Role == GrantRole.OrganizationAdmin || g.Role == GrantRole.OrganizationAdminWithoutAnalytics))
                && db.AccountGrants.Any(g => g.AccountId == id && g.WorkspaceId == workspace.Id)
            orderby organization.Name, organization.Id, workspace.Name, workspace.Id
            select new ShellWorkspace(
                workspace.PublicId, workspace.Name, organization.PublicId, organization.Name,
                !organization.UserLevelData || !workspace.UserLevelData))
            .ToListAsync(cancellationToken);
        return new ShellModel(principal.Identity?.Name ?? "", theme, workspaces);
    }
}
