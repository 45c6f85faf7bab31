using System.Buffers.Text;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using UsageAdmin.Data;
using UsageAdmin.Data.Schema;

namespace UsageAdmin.Accounts;

/// <summary>Adds accounts and grants, for setup, the command line and the demo.</summary>
public sealed class AccountRegistry(UsageDbContext db, UserManager<Account> users, TimeProvider time)
{
    /// <summary>
    /// Adds the account, or gives an existing one the grants it lacks. The first account of all becomes the operator.
    /// Nothing is added if anything is refused.
    /// </summary>
    /// <exception cref="InvalidAccountException">The address or password is refused, or an id names nothing.</exception>
    public async Task<AddedAccount> AddAsync(NewAccount added, CancellationToken cancellationToken = default)
    {
        // Setup has one already, around more than the account.
        await using var transaction = db.Database.CurrentTransaction is null
            ? await db.Database.BeginTransactionAsync(cancellationToken)
            : null;
        var account = await users.FindByEmailAsync(added.Email);
        var isNew = account is null;
        string? madeUp = null;
        if (account is null)
        {
            madeUp = added.Password is null ? MakeUpPassword() : null;
            account = new Account
            {
                UserName = added.Email,
                Email = added.Email,
                EmailConfirmed = true,
                IsOperator = !await db.Users.AnyAsync(cancellationToken),
                CreatedAtUtc = time.GetUtcNow().UtcDateTime,
            };
            if (added is { TakesAnyPassword: true, Password: { } password })
            {
                account.PasswordHash = users.PasswordHasher.HashPassword(account, password);
                Check(await users.CreateAsync(account));
            }
            else
            {
                Check(await users.CreateAsync(account, added.Password ?? madeUp!));
            }
        }

        if (added.IsOperator && !account.IsOperator)
        {
            account.IsOperator = true;
            await db.SaveChangesAsync(cancellationToken);
        }

        var granted = await GrantAsync(account, added.Grants, cancellationToken);
        if (transaction is not null)
        {
            await transaction.CommitAsync(cancellationToken);
        }

        return new AddedAccount(account, isNew, madeUp) { Granted = granted };
    }

    /// <summary>Gives any password to an account that has another one; its sessions end.</summary>
    public async Task SetPasswordAsync(Account account, string password)
    {
        if (!await users.CheckPasswordAsync(account, password))
        {
            account.PasswordHash = users.PasswordHasher.HashPassword(account, password);
            Check(await users.UpdateSecurityStampAsync(account));
        }
    }

    /// <summary>144 random bits in 24 characters.</summary>
    public static string MakeUpPassword() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(18));

    private async Task<List<AddedGrant>> GrantAsync(
        Account account, IReadOnlyList<NewGrant> grants, CancellationToken cancellationToken)
    {
        var added = new List<AddedGrant>();
        foreach (var grant in grants)
        {
            var workspace = grant.WorkspaceId is null
                ? null
                : await db.Workspaces.SingleOrDefaultAsync(w => w.PublicId == grant.WorkspaceId, cancellationToken)
                    ?? throw new InvalidAccountException("workspace", $"There is no workspace {grant.WorkspaceId}.");
            var organization = await db.Organizations.SingleOrDefaultAsync(
                o => workspace == null ? o.PublicId == grant.OrganizationId : o.Id == workspace.OrganizationId, cancellationToken)
                ?? throw new InvalidAccountException("organization", $"There is no organisation {grant.OrganizationId}.");
            var (organizationId, workspaceId) = (organization.Id, workspace?.Id);
            if (!await db.AccountGrants.AnyAsync(
                g => g.AccountId == account.Id && g.OrganizationId == organizationId && g.WorkspaceId == workspaceId
                    && g.Role == grant.Role,
                cancellationToken))
            {
                db.AccountGrants.Add(new AccountGrant
                {
                    AccountId = account.Id,
                    OrganizationId = organizationId,
                    WorkspaceId = workspaceId,
                    Role = grant.Role,
                });
                added.Add(new AddedGrant(grant.Role, organization, workspace));
            }
        }

        await db.SaveChangesAsync(cancellationToken);
        return added;
    }

    private static void Check(IdentityResult result)
    {
        if (result.Errors.FirstOrDefault() is { } error)
        {
            throw new InvalidAccountException(
                error.Code.Contains("Password", StringComparison.Ordinal) ? "password" : "email", error.Description);
        }
    }
}
