namespace UsageAdmin.Data.Schema;

/// <summary>
/// A key of a workspace for programs. The key itself, <c>ua_live_KEYID_SECRET</c>, is shown once and kept nowhere.
/// </summary>
public sealed class ApiKey
{
    public long Id { get; set; }

    public long WorkspaceId { get; set; }

    /// <summary>The public part of the key, and its id in URLs and commands: 8 of <c>a-z 0-9</c>.</summary>
    public required string KeyId { get; set; }

    public required string Name { get; set; }

    public ApiScopes Scopes { get; set; }

    /// <summary>SHA-256 of the whole key, lower-case hex.</summary>
    public required string Hash { get; set; }

    /// <summary>The last four characters of the key.</summary>
    public required string LastFour { get; set; }

    public DateTime CreatedAtUtc { get; set; }

    /// <summary>Null: made at the command line.</summary>
    public long? CreatedByAccountId { get; set; }

    /// <summary>Who made it, as it was at the time.</summary>
    public string? CreatedBy { get; set; }

    /// <summary>The first instant at which it is worth nothing.</summary>
    public DateTime ExpiresAtUtc { get; set; }

    public DateTime? RevokedAtUtc { get; set; }

    /// <summary>To the minute; null: never.</summary>
    public DateTime? LastUsedAtUtc { get; set; }

    public string? LastUsedAddress { get; set; }

    /// <summary>The key that takes this one's place; both are good until this one ends.</summary>
    public long? SuccessorId { get; set; }
}

/// <summary>What a key may do. Bits are stored: never change one.</summary>
[Flags]
public enum ApiScopes
{
    None = 0,

    /// <summary><c>USAGE_EXPORT_API</c>.</summary>
    UsageExport = 1,

    /// <summary><c>ACTIVITY_EXPORT_API</c>.</summary>
    ActivityExport = 2,

    /// <summary><c>ORG_ANALYTICS_EXPORT_API</c>: the whole organisation that the key's workspace belongs to.</summary>
    OrgAnalyticsExport = 4,

    /// <summary><c>INGEST_API</c>.</summary>
    Ingest = 8,
}
