using System.Data.Common;
using System.Net;
using Microsoft.EntityFrameworkCore;
using UsageAdmin.Data;
using UsageAdmin.Data.Schema;
using UsageAdmin.Organizations;

namespace UsageAdmin.Accounts;

/// <summary>Writes sign-ins and new roles into the audit logs of the organisations that an account has a role in.</summary>
internal sealed partial class AccountAudit(
    IDbContextFactory<UsageDbContext> contexts, AuditLog audit, TimeProvider time, ILogger<AccountAudit> log)
{
    private readonly OncePerMinute<long> _whileLocked = new(time);

    public Task SignedInAsync(Account account, IPAddress? from) => RecordAsync(
        account, new Actor("account", account.Id, account.Email, from?.ToString()), "account.signed-in");

    /// <param name="wasLocked">The account was locked already: once a minute is enough of that.</param>
    public Task FailedAsync(Account account, IPAddress? from, bool wasLocked) =>
        wasLocked && !_whileLocked.IsDue(account.Id) ? Task.CompletedTask : RecordAsync(account, Unknown(from), "account.sign-in-failed");

    public Task LockedOutAsync(Account account, IPAddress? from) => RecordAsync(account, Unknown(from), "account.locked-out");

    /// <exception cref="DbException">It could not be written down.</exception>
    public void Granted(Actor actor, AddedAccount added)
    {
        foreach (var grant in added.Granted)
        {
            audit.Append(new AuditEntry(
                grant.Organization.Id, grant.Workspace?.Id, actor, "grant.added", added.Account.Email,
                Details: new Dictionary<string, object?> { ["role"] = $"{grant.Role}" }));
        }
    }

    /// <summary>Whoever tried it need not be whose account it is.</summary>
    private static Actor Unknown(IPAddress? from) => new("anonymous", null, null, from?.ToString());

    /// <summary>On a full disk people can sign in all the same.</summary>
    private async Task RecordAsync(Account account, Actor actor, string action)
    {
        try
        {
            await using var db = await contexts.CreateDbContextAsync();
            var organizations = await db.Organizations.AsNoTracking()
                .Where(o => db.AccountGrants.Any(g => g.AccountId == account.Id && g.OrganizationId == o.Id)).ToListAsync();
            foreach (var organization in organizations)
            {
                audit.Append(new AuditEntry(organization.Id, null, actor, action, account.Email));
            }
        }
        catch (DbException e)
        {
            NotWritten(log, e);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "A sign-in could not be written into the audit log")]
    private static partial void NotWritten(ILogger log, Exception exception);
}
