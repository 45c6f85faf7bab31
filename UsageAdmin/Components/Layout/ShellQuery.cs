using System.Security.Claims;
using UsageAdmin.Accounts;

namespace UsageAdmin.Components.Layout;

/// <summary>Loads what the frame shows to an account.</summary>
public sealed class ShellQuery(Rights rights)
{
    public async Task<ShellModel> LoadAsync(
        ClaimsPrincipal principal, string? theme, CancellationToken cancellationToken = default) => new(
        principal.Identity?.Name ?? "", theme,
        [
            .. (await rights.ActivityWorkspacesAsync(principal, cancellationToken)).Select(found => new ShellWorkspace(
                found.Workspace.PublicId, found.Workspace.Name, found.Organization.PublicId, found.Organization.Name,
                !found.Organization.UserLevelData || !found.Workspace.UserLevelData)),
        ],
        [
            .. (await rights.AnalyticsOrganizationsAsync(principal, cancellationToken)).Select(found => new ShellOrganization(
                found.Organization.PublicId, found.Organization.Name, found.IsPseudonymous)),
        ]);
}
