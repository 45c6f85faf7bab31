using UsageAdmin.Data.Schema;

namespace UsageAdmin.Accounts.Keys;

/// <param name="Name">1 to 100 characters without control characters.</param>
public sealed record NewKey(string Name, ApiScopes Scopes)
{
    public const int LongestName = 100;
    public const int MostDays = 365;
    public const int DefaultDays = 90;

    /// <summary>1 to 365.</summary>
    public int ExpiresInDays { get; init; } = DefaultDays;
}

/// <param name="Text">The whole key, to be shown once: it cannot be had again.</param>
public sealed record MadeKey(ApiKey Key, string Text);

/// <summary>Whether a key is good, and if not, why.</summary>
public enum KeyState
{
    Active,

    /// <summary>It has a successor and is good until its own end.</summary>
    Replaced,

    Expired,
    Revoked,
}
