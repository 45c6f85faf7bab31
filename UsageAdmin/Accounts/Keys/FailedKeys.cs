namespace UsageAdmin.Accounts.Keys;

/// <summary>
/// Wrong keys, by address. A key of 256 bits cannot be guessed, so the limit keeps noise away rather than guessers: it is
/// over sooner than that of passwords, since programs behind one address share it.
/// </summary>
internal sealed class FailedKeys(TimeProvider time) : FailuresByAddress(time, Limit, Window)
{
    public const int Limit = 20;

    public static TimeSpan Window { get; } = TimeSpan.FromMinutes(5);
}
