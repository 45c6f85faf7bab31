using Microsoft.AspNetCore.Identity;
using UsageAdmin.Data.Schema;

namespace UsageAdmin.Accounts;

/// <summary>The accounts of the demo organisations (product.md, "Demo data"): every kind of account that rights tell apart.</summary>
public sealed class DemoAccounts(AccountRegistry accounts, UserManager<Account> users)
{
    /// <summary>Demo organisations with their workspaces, by public id.</summary>
    public static IReadOnlyDictionary<string, IReadOnlyList<string>> Workspaces { get; } =
        new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal)
        {
            ["alpha"] = ["alpha-main", "alpha-lab"],
            ["beta"] = ["beta-main"],
            ["gamma"] = ["gamma-main"],
            ["hostile"] = ["hostile-main"],
        };

    /// <summary>Adds them where they are missing and gives all of them one password. The organisations must exist.</summary>
    /// <returns>The addresses, in the order they are printed in.</returns>
    public async Task<IReadOnlyList<string>> AddAsync(string password, CancellationToken cancellationToken = default)
    {
        var all = All().ToArray();
        foreach (var demo in all)
        {
            var (account, isNew, _) = await accounts.AddAsync(demo, cancellationToken);
            if (isNew || !await users.CheckPasswordAsync(account, password))
            {
                // Past the rules for passwords: who starts a demo may choose a short one.
                account.PasswordHash = users.PasswordHasher.HashPassword(account, password);
                await users.UpdateSecurityStampAsync(account);
            }
        }

        return [.. all.Select(account => account.Email)];
    }

    private static IEnumerable<NewAccount> All()
    {
        yield return new NewAccount("operator@example") { IsOperator = true };
        foreach (var (organization, workspaces) in Workspaces)
        {
            var orgAdmin = new NewGrant(GrantRole.OrganizationAdmin, organization);
            yield return new NewAccount($"admin@{organization}.example")
            {
                Grants = [orgAdmin, .. workspaces.Select(w => new NewGrant(GrantRole.WorkspaceAdmin, WorkspaceId: w))],
            };
            yield return new NewAccount($"outside@{organization}.example") { Grants = [orgAdmin] };
            yield return new NewAccount($"wsadmin@{organization}.example")
            {
                Grants = [.. workspaces.Select(w => new NewGrant(GrantRole.WorkspaceAdmin, WorkspaceId: w))],
            };
            yield return new NewAccount($"member@{organization}.example")
            {
                Grants = [.. workspaces.Select(w => new NewGrant(GrantRole.WorkspaceMember, WorkspaceId: w))],
            };
        }
    }
}
