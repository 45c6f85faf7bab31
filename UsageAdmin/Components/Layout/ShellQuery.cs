using System.Security.Claims;
using UsageAdmin.Accounts;

namespace UsageAdmin.Components.Layout;

/// <summary>Loads what the frame shows to an account.</summary>
public sealed class ShellQuery(Rights rights)
{
    public async Task<ShellModel> LoadAsync(
        ClaimsPrincipal principal, string? theme, CancellationToken cancellationToken = default) => new(
        principal.Identity?.Name ?? "", theme, await WorkspacesAsync(principal, cancellationToken),
        await OrganizationsAsync(principal, cancellationToken));

    private async Task<IReadOnlyList<ShellWorkspace>> WorkspacesAsync(
        ClaimsPrincipal principal, CancellationToken cancellationToken)
    {
        var seen = await rights.ActivityWorkspacesAsync(principal, cancellationToken);
        var managed = await rights.ManagedWorkspacesAsync(principal, cancellationToken);
        return
        [
            .. seen.Concat(managed).DistinctBy(found => found.Workspace.Id)
                .OrderBy(found => found.Organization.Name, StringComparer.Ordinal)
                .ThenBy(found => found.Workspace.Name, StringComparer.Ordinal)
                .Select(found => new ShellWorkspace(
                    found.Workspace.PublicId, found.Workspace.Name, found.Organization.PublicId, found.Organization.Name,
                    !found.Organization.UserLevelData || !found.Workspace.UserLevelData,
                    seen.Any(s => s.Workspace.Id == found.Workspace.Id),
                    managed.Any(m => m.Workspace.Id == found.Workspace.Id))
                {
                    HasExports = found.Organization.ExportsEnabled,
                }),
        ];
    }

    private async Task<IReadOnlyList<ShellOrganization>> OrganizationsAsync(
        ClaimsPrincipal principal, CancellationToken cancellationToken)
    {
        var seen = await rights.AnalyticsOrganizationsAsync(principal, cancellationToken);
        var managed = await rights.ManagedOrganizationsAsync(principal, cancellationToken);
        var audited = await rights.AuditedOrganizationsAsync(principal, cancellationToken);
        return
        [
            .. seen.Select(found => new ShellOrganization(
                    found.Organization.PublicId, found.Organization.Name, found.IsPseudonymous, HasAnalytics: true,
                    managed.Any(m => m.Id == found.Organization.Id))
                {
                    HasExports = found.Organization.ExportsEnabled,
                })
                .Concat(audited.Where(a => seen.All(s => s.Organization.Id != a.Id)).Select(a => new ShellOrganization(
                    a.PublicId, a.Name, !a.UserLevelData, HasAnalytics: false, managed.Any(m => m.Id == a.Id))
                {
                    HasExports = a.ExportsEnabled,
                }))
                .OrderBy(o => o.Name, StringComparer.Ordinal),
        ];
    }
}
