using System.Security.Claims;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Components.Server;
using Microsoft.AspNetCore.Identity;
using UsageAdmin.Data.Schema;

namespace UsageAdmin.Accounts;

/// <summary>Signs open circuits out within half a minute after the account's security stamp changed or the account went.</summary>
internal sealed class CircuitSignIn(ILoggerFactory logs, IServiceScopeFactory scopes)
    : RevalidatingServerAuthenticationStateProvider(logs)
{
    protected override TimeSpan RevalidationInterval => TimeSpan.FromSeconds(25);

    protected override async Task<bool> ValidateAuthenticationStateAsync(
        AuthenticationState authenticationState, CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var users = scope.ServiceProvider.GetRequiredService<UserManager<Account>>();
        var account = await users.GetUserAsync(authenticationState.User);
        return account is not null && await users.GetSecurityStampAsync(account)
            == authenticationState.User.FindFirstValue(users.Options.ClaimsIdentity.SecurityStampClaimType);
    }
}
