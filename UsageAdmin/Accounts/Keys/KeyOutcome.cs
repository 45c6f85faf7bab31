namespace UsageAdmin.Accounts.Keys;

/// <summary>What came of the key that a request shows.</summary>
public abstract record KeyOutcome
{
    private KeyOutcome()
    {
    }

    public sealed record Granted(GrantedKey Key) : KeyOutcome;

    /// <summary>None, wrong, revoked or expired; of the last three nobody learns which.</summary>
    /// <param name="Ended">What was revoked or has expired, for the audit log of its organisation alone; null: another reason.</param>
    public sealed record Refused(bool IsMissing, GrantedKey? Ended = null) : KeyOutcome;

    /// <summary>Too many wrong keys came from this network address.</summary>
    public sealed record TooMany(TimeSpan Wait) : KeyOutcome;
}
