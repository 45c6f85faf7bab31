using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using UsageAdmin.Data;
using UsageAdmin.Data.Schema;
using UsageAdmin.Organizations;

namespace UsageAdmin.Accounts;

/// <param name="WorkspaceId">Public id.</param>
internal sealed record SetupRequest(
    string Token, NewAccount Operator, NewOrganization Organization, string WorkspaceId, string WorkspaceName);

/// <summary>A value of the setup form is refused; the message is for the person at it.</summary>
/// <param name="field">As the form names it.</param>
internal sealed class InvalidSetupException(string field, string message) : Exception(message)
{
    public string Field { get; } = field;
}

/// <summary>Makes the operator's account, the first organisation and its workspace: all or nothing, and only once.</summary>
internal sealed class FirstSetup(
    UsageDbContext db, SetupToken token, OrganizationRegistry organizations, AccountRegistry accounts,
    SignInManager<Account> signIn, AccountAudit audit, IHttpContextAccessor requests)
{
    private static readonly SemaphoreSlim One = new(1, 1);

    public Task<bool> IsNeededAsync(CancellationToken cancellationToken = default) => IsEmptyAsync(db, cancellationToken);

    public static async Task<bool> IsEmptyAsync(UsageDbContext db, CancellationToken cancellationToken = default) =>
        !await db.Users.AnyAsync(cancellationToken);

    /// <exception cref="InvalidSetupException">Nothing was made.</exception>
    public async Task RunAsync(SetupRequest request, CancellationToken cancellationToken = default)
    {
        await One.WaitAsync(cancellationToken);
        try
        {
            if (!token.IsGood(request.Token) || !await IsNeededAsync(cancellationToken))
            {
                throw new InvalidSetupException("token", "");
            }

            var added = await MakeAsync(request, cancellationToken);
            token.Spend();
            var from = requests.HttpContext?.Connection.RemoteIpAddress;
            audit.Granted(new Actor("account", added.Account.Id, added.Account.Email, from?.ToString()), added);
            await signIn.SignInAsync(added.Account, isPersistent: false);
            await audit.SignedInAsync(added.Account, from);
        }
        finally
        {
            One.Release();
        }
    }

    private async Task<AddedAccount> MakeAsync(SetupRequest request, CancellationToken cancellationToken)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        try
        {
            var organization = request.Organization.PublicId;
            await organizations.AddAsync(request.Organization, cancellationToken);
            try
            {
                await organizations.AddWorkspaceAsync(
                    request.WorkspaceId, organization, request.WorkspaceName, cancellationToken);
            }
            catch (InvalidOrganizationException e)
            {
                throw new InvalidSetupException($"workspace-{e.Field}", e.Message);
            }

            var added = await accounts.AddAsync(
                request.Operator with
                {
                    IsOperator = true,
                    Grants =
                    [
                        new NewGrant(GrantRole.OrganizationAdmin, organization),
                        new NewGrant(GrantRole.WorkspaceAdmin, WorkspaceId: request.WorkspaceId),
                    ],
                },
                cancellationToken);
            await transaction.CommitAsync(cancellationToken);
            return added;
        }
        catch (InvalidOrganizationException e)
        {
            throw new InvalidSetupException($"organization-{e.Field}", e.Message);
        }
        catch (InvalidAccountException e)
        {
            throw new InvalidSetupException(e.Field, e.Message);
        }
    }
}
