using System.Net;
using System.Security.Cryptography;
using System.Text;

namespace UsageAdmin.Accounts.Keys;

/// <summary>
/// Tells good keys from others, by the database as it is at each request: what was revoked or has expired ends at once.
/// </summary>
/// <remarks>
/// As with passwords, an address that has to wait is not tried at all, right keys included: an answer that tells right from
/// wrong would let it guess on. A key that was right once and has ended is no guess and does not count, so that a
/// forgotten night job does not shut out its neighbours.
/// </remarks>
internal sealed partial class KeySignIn(
    ApiKeys keys, FailedKeys failures, KeyUses uses, SteadyClock clock, ILogger<KeySignIn> log)
{
    public async Task<KeyOutcome> TryAsync(string key, IPAddress? from, CancellationToken cancellationToken = default)
    {
        if (failures.Wait(from) is { } wait)
        {
            return new KeyOutcome.TooMany(wait);
        }

        var keyId = KeyText.KeyIdOf(key);
        var found = keyId is null ? null : await keys.FindAsync(keyId, cancellationToken);
        if (found is null || !IsSame(KeyText.HashOf(key), found.Key.Hash))
        {
            failures.Record(from);
            Refused(log, found is null ? null : keyId);
            return new KeyOutcome.Refused(IsMissing: false);
        }

        var now = clock.UtcNow;
        if (found.Key.RevokedAtUtc is not null || found.Key.ExpiresAtUtc <= now)
        {
            Ended(log, found.Key.KeyId);
            return new KeyOutcome.Refused(IsMissing: false, found);
        }

        uses.Note(found.Key, now, from);
        return new KeyOutcome.Granted(found);
    }

    private static bool IsSame(string a, string b) =>
        CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(a), Encoding.ASCII.GetBytes(b));

    [LoggerMessage(Level = LogLevel.Information, Message = "A wrong API key was refused, key id {KeyId}")]
    private static partial void Refused(ILogger log, string? keyId);

    [LoggerMessage(Level = LogLevel.Information, Message = "API key {KeyId} was refused: it is revoked or expired")]
    private static partial void Ended(ILogger log, string keyId);
}
