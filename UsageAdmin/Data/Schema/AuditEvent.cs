namespace UsageAdmin.Data.Schema;

/// <summary>
/// One entry of an organisation's audit log: append-only, numbered without gaps, each carrying the hash of the one before,
/// so that a change or a removal shows (decisions.md 19).
/// </summary>
public sealed class AuditEvent
{
    public long OrganizationId { get; set; }

    /// <summary>1, 2, 3 … within the organisation.</summary>
    public long No { get; set; }

    public DateTime AtUtc { get; set; }

    public long? WorkspaceId { get; set; }

    /// <summary><c>account</c>, <c>key</c>, <c>command</c> or <c>server</c>.</summary>
    public required string Actor { get; set; }

    public long? AccountId { get; set; }

    /// <summary>The account's e-mail address, or the key's name and <c>ua_live_KEYID</c>, at the time.</summary>
    public string? ActorName { get; set; }

    /// <summary><c>entity.operation</c>: <c>export.started</c>, <c>conversation.opened</c>.</summary>
    public required string Action { get; set; }

    /// <summary>What it was done to: an export's or a conversation's id.</summary>
    public string? Target { get; set; }

    /// <summary>The user of the AI platform whose data it was, where it was one person's.</summary>
    public long? ConcernedUserId { get; set; }

    public string? RemoteAddress { get; set; }

    /// <summary>A JSON object: range, filters, rows, bytes; never content.</summary>
    public required string Details { get; set; }

    /// <summary>SHA-256 over the previous hash and this entry, lower-case hex.</summary>
    public required string Hash { get; set; }
}
