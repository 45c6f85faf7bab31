namespace UsageAdmin.Accounts.Keys;

/// <summary>What came of the key that a request shows.</summary>
public abstract record KeyOutcome
{
    private KeyOutcome()
    {
    }

    public sealed record Granted(GrantedKey Key) : KeyOutcome;

    /// <summary>None, wrong, revoked or expired; of the last three nobody learns which.</summary>
    public sealed record Refused(bool IsMissing) : KeyOutcome;

    /// <summary>Too many wrong keys came from this network address.</summary>
    public sealed record TooMany(TimeSpan Wait) : KeyOutcome;
}
