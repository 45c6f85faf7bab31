using UsageAdmin.Data;
using UsageAdmin.Data.Schema;
using UsageAdmin.Organizations;

namespace UsageAdmin.Audit;

/// <summary>
/// Checks the numbering and the hash chain of an organisation's whole audit log. Entries that are missing at the end do not
/// show in the chain: who wants to prove them notes the last number and hash.
/// </summary>
public sealed class AuditChain(UsageDatabase database)
{
    public Task<AuditChainResult> CheckAsync(long organizationId, CancellationToken cancellationToken = default) =>
        Task.Run(() => Check(organizationId, cancellationToken), cancellationToken);

    private AuditChainResult Check(long organizationId, CancellationToken cancellationToken)
    {
        using var session = database.OpenRead();
        var row = session.Prepare(
            """
            SELECT no, at, workspace_id, actor, account_id, actor_name, action, target, concerned_user_id, remote_address,
            details, hash FROM audit_event WHERE organization_id = ?1 ORDER BY no
            """).Bind(1, organizationId);
        var (expected, previous) = (1L, "");
        for (; row.Step(); expected++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (row.Number(0) != expected)
            {
                return new AuditChainResult(expected - 1, previous, AuditChainFault.Missing, expected);
            }

            var entry = new AuditEvent
            {
                OrganizationId = organizationId,
                No = expected,
                AtUtc = UnixMilliseconds.ToUtc(row.Number(1)),
                WorkspaceId = row.NullableNumber(2),
                Actor = row.Text(3)!,
                AccountId = row.NullableNumber(4),
                ActorName = row.Text(5),
                Action = row.Text(6)!,
                Target = row.Text(7),
                ConcernedUserId = row.NullableNumber(8),
                RemoteAddress = row.Text(9),
                Details = row.Text(10)!,
                Hash = row.Text(11)!,
            };
            if (AuditLog.HashOf(entry, previous) != entry.Hash)
            {
                return new AuditChainResult(expected - 1, previous, AuditChainFault.Changed, expected);
            }

            previous = entry.Hash;
        }

        return new AuditChainResult(expected - 1, previous, null, null);
    }
}

/// <param name="Entries">Entries from the first on that hold.</param>
/// <param name="LastHash">Of the last of them; empty: there are none.</param>
/// <param name="Fault">Null: all hold.</param>
/// <param name="FaultNo">The number of the entry that is missing or was changed.</param>
public sealed record AuditChainResult(long Entries, string LastHash, AuditChainFault? Fault, long? FaultNo);

public enum AuditChainFault
{
    /// <summary>There is no entry of this number.</summary>
    Missing,

    /// <summary>The entry, or the hash of the one before it, is not what was written.</summary>
    Changed,
}
