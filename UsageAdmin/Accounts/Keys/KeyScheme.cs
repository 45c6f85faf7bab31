using System.Globalization;
using System.Security.Claims;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.Extensions.Options;

namespace UsageAdmin.Accounts.Keys;

/// <summary>
/// Lets requests in by key. A key is no account: its principal has a name and nothing that rights of accounts could be
/// found by.
/// </summary>
internal sealed class KeyScheme(IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logs, UrlEncoder encoder)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logs, encoder)
{
    public const string Name = "ApiKey";

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        // What is open to all looks at a key itself if it wants one; a wrong one at /healthz is no attempt.
        if (Context.GetEndpoint()?.Metadata.GetMetadata<IAllowAnonymous>() is not null)
        {
            return AuthenticateResult.NoResult();
        }

        return await Context.AuthenticateKeyAsync() is KeyOutcome.Granted { Key: var granted }
            ? AuthenticateResult.Success(new AuthenticationTicket(
                new ClaimsPrincipal(new ClaimsIdentity(
                    [new Claim(ClaimTypes.Name, KeyRequests.NameOf(granted.Key))], Name)),
                Name))
            : AuthenticateResult.NoResult();
    }

    protected override Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        if (Context.Features.Get<KeyOutcome>() is KeyOutcome.TooMany { Wait: var wait })
        {
            Response.Headers.RetryAfter = ((int)Math.Ceiling(wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
            return Problems.TooManyKeys().ExecuteAsync(Context);
        }

        Response.Headers.WWWAuthenticate = "Bearer realm=\"UsageAdmin\", error=\"invalid_token\"";
        return Problems.InvalidKey().ExecuteAsync(Context);
    }
}
