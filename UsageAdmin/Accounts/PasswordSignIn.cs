using System.Net;
using Microsoft.AspNetCore.Identity;
using UsageAdmin.Data.Schema;

namespace UsageAdmin.Accounts;

/// <summary>How an attempt to sign in ended.</summary>
internal abstract record SignInOutcome
{
    public sealed record SignedIn : SignInOutcome;

    /// <summary>Unknown address, wrong password or locked account: nobody learns which.</summary>
    public sealed record Refused : SignInOutcome;

    /// <summary>Too many failures from this network address.</summary>
    public sealed record TooMany(TimeSpan Wait) : SignInOutcome;
}

/// <summary>Signs in by address and password. Costs one password hash whether the account exists, is locked or not.</summary>
internal sealed partial class PasswordSignIn(
    SignInManager<Account> signIn, UserManager<Account> users, IPasswordHasher<Account> hasher, FailedSignIns failures,
    AccountAudit audit, ILogger<PasswordSignIn> log)
{
    /// <summary>Somebody to compare with where there is no account.</summary>
    private static readonly Account Nobody = new();

    private static string? _hashOfNobody;

    public async Task<SignInOutcome> TryAsync(string email, string password, IPAddress? from)
    {
        if (failures.Wait(from) is { } wait)
        {
            return new SignInOutcome.TooMany(wait);
        }

        var account = await users.FindByEmailAsync(email);
        var wasLocked = account is not null && await users.IsLockedOutAsync(account);
        if (account is null || wasLocked)
        {
            _hashOfNobody ??= hasher.HashPassword(Nobody, AccountRegistry.MakeUpPassword());
            hasher.VerifyHashedPassword(Nobody, _hashOfNobody, password);
        }
        else if (await users.CheckPasswordAsync(account, password))
        {
            await users.ResetAccessFailedCountAsync(account);
            await signIn.SignInAsync(account, isPersistent: false);
            await audit.SignedInAsync(account, from);
            SignedIn(log, account.Id);
            return new SignInOutcome.SignedIn();
        }
        else
        {
            await users.AccessFailedAsync(account);
        }

        if (account is not null)
        {
            await audit.FailedAsync(account, from, wasLocked);
            if (!wasLocked && await users.IsLockedOutAsync(account))
            {
                await audit.LockedOutAsync(account, from);
            }
        }

        failures.Record(from);
        Refused(log, account?.Id);
        return new SignInOutcome.Refused();
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Account {Account} signed in")]
    private static partial void SignedIn(ILogger log, long account);

    [LoggerMessage(Level = LogLevel.Information, Message = "A sign-in was refused, account {Account}")]
    private static partial void Refused(ILogger log, long? account);
}
