using System.Security.Claims;
using Microsoft.EntityFrameworkCore;
using UsageAdmin.Data;
using UsageAdmin.Data.Schema;

namespace UsageAdmin.Accounts;

/// <param name="Admins">Addresses of the other accounts that administer it.</param>
internal sealed record OwnOrganization(string Name, bool IsAdmin, IReadOnlyList<string> Admins);

/// <summary>The organisations an account has a role in, with those who could give it more.</summary>
internal sealed class OwnOrganizations(IDbContextFactory<UsageDbContext> contexts)
{
    public async Task<IReadOnlyList<OwnOrganization>> ListAsync(
        ClaimsPrincipal user, CancellationToken cancellationToken = default)
    {
        var accountId = Rights.AccountId(user);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var organizations = await db.Organizations
            .Where(o => db.AccountGrants.Any(g => g.AccountId == accountId && g.OrganizationId == o.Id))
            .OrderBy(o => o.Name).ThenBy(o => o.Id).ToListAsync(cancellationToken);
        var own = new List<OwnOrganization>();
        foreach (var organization in organizations)
        {
            var admins = await (
                from grant in db.AccountGrants
                join account in db.Users on grant.AccountId equals account.Id
                where grant.OrganizationId == organization.Id && grant.WorkspaceId == null
                    && (grant.Role == GrantRole.OrganizationAdmin
                        || grant.Role == GrantRole.OrganizationAdminWithoutAnalytics)
                orderby account.Email
                select new { account.Id, account.Email }).Distinct().ToListAsync(cancellationToken);
            own.Add(new OwnOrganization(
                organization.Name, admins.Any(a => a.Id == accountId),
                [.. admins.Where(a => a.Id != accountId).Select(a => a.Email!)]));
        }

        return own;
    }
}
