using System.Data.Common;
using System.Security.Claims;
using Microsoft.EntityFrameworkCore;
using UsageAdmin.Data;
using UsageAdmin.Data.Schema;

namespace UsageAdmin.Accounts;

/// <summary>Where <c>/</c> leads.</summary>
public sealed class Landing(IDbContextFactory<UsageDbContext> contexts, Rights rights)
{
    /// <summary>
    /// The last used workspace's activity, else the first allowed one's, else the analytics of an organisation, else the usage
    /// of a workspace that the account manages, else a page that says who can help.
    /// </summary>
    public async Task<string> FindAsync(ClaimsPrincipal user, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        if (Rights.AccountId(user) is not { } accountId)
        {
            return await FirstSetup.IsEmptyAsync(db, cancellationToken) ? AccountRoutes.Setup : AccountRoutes.Login;
        }

        var allowed = await rights.ActivityWorkspacesAsync(user, cancellationToken);
        var last = await db.Users.Where(a => a.Id == accountId).Select(a => a.LastWorkspaceId)
            .SingleOrDefaultAsync(cancellationToken);
        if (allowed.Select(a => a.Workspace).OrderByDescending(w => w.Id == last).FirstOrDefault() is { } workspace)
        {
            return $"/w/{workspace.PublicId}/activity";
        }

        if (await rights.AnalyticsOrganizationsAsync(user, cancellationToken) is [var first, ..])
        {
            return $"/o/{first.Organization.PublicId}/analytics";
        }

        return (await rights.ManagedWorkspacesAsync(user, cancellationToken)).Select(m => m.Workspace)
            .OrderByDescending(w => w.Id == last).FirstOrDefault() is { } managed
            ? $"/w/{managed.PublicId}/usage"
            : AccountRoutes.NoAccess;
    }

    /// <summary>Makes the workspace the one that <c>/</c> leads to. On a full disk the one before stays.</summary>
    public async Task RememberAsync(
        ClaimsPrincipal user, Workspace workspace, CancellationToken cancellationToken = default)
    {
        if (Rights.AccountId(user) is { } accountId)
        {
            await using var db = await contexts.CreateDbContextAsync(cancellationToken);
            var other = db.Users.Where(a => a.Id == accountId && a.LastWorkspaceId != workspace.Id);

            // Looked at first: an update waits for other writers even where it changes nothing.
            if (await other.AnyAsync(cancellationToken))
            {
                try
                {
                    await other.ExecuteUpdateAsync(
                        set => set.SetProperty(a => a.LastWorkspaceId, workspace.Id), cancellationToken);
                }
                catch (DbException e) when (DiskFull.Is(e))
                {
                    // Pages are read on a full disk as well.
                }
            }
        }
    }
}
