using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using UsageAdmin.Data;
using UsageAdmin.Data.Schema;

namespace UsageAdmin.Organizations;

/// <summary>Who did something. Kept as it was at the time.</summary>
/// <param name="Kind"><c>account</c>, <c>key</c>, <c>command</c>, <c>server</c>, or <c>anonymous</c>: nobody knows who it was.</param>
/// <param name="Name">An account's address; a key's name and <c>ua_live_KEYID</c>.</param>
public sealed record Actor(string Kind, long? AccountId, string? Name, string? RemoteAddress)
{
    /// <summary>The API key that somebody came with; null: none.</summary>
    public long? ApiKeyId { get; init; }

    /// <summary>Somebody at the command line of the machine.</summary>
    public static Actor Command { get; } = new("command", null, Environment.UserName, null);

    /// <summary>The server by itself.</summary>
    public static Actor Server { get; } = new("server", null, null, null);
}

/// <param name="Action"><c>entity.operation</c>.</param>
/// <param name="Details">Serialised as a JSON object; never content, never a secret.</param>
public sealed record AuditEntry(
    long OrganizationId, long? WorkspaceId, Actor Actor, string Action, string? Target = null,
    long? ConcernedUserId = null, IReadOnlyDictionary<string, object?>? Details = null);

/// <summary>
/// Appends to an organisation's audit log. Entries are numbered without gaps and chained by hash, so that a change or a
/// removal shows (decisions.md 19).
/// </summary>
public sealed class AuditLog(UsageDatabase database, TimeProvider time)
{
    /// <summary>Appends in a transaction of its own.</summary>
    /// <exception cref="System.Data.Common.DbException">Nothing was written; what was to be audited must not happen.</exception>
    public void Append(AuditEntry entry)
    {
        using var session = database.OpenWrite();
        session.Begin();
        Append(session, entry);
        session.Commit();
    }

    /// <summary>Appends in the caller's transaction, which ends soon: nobody else appends to the same log until then.</summary>
    public void Append(UsageSession session, AuditEntry entry)
    {
        session.Hold(WriteLock.Audit(entry.OrganizationId));
        var last = session.Prepare("SELECT no, hash FROM audit_event WHERE organization_id = ?1 ORDER BY no DESC LIMIT 1")
            .Bind(1, entry.OrganizationId);
        var (no, previous) = last.Step() ? (last.Number(0) + 1, last.Text(1)!) : (1, "");
        last.Reset();
        var row = new AuditEvent
        {
            OrganizationId = entry.OrganizationId,
            No = no,
            AtUtc = UnixMilliseconds.ToUtc(UnixMilliseconds.From(time.GetUtcNow().UtcDateTime)),
            WorkspaceId = entry.WorkspaceId,
            Actor = entry.Actor.Kind,
            AccountId = entry.Actor.AccountId,
            ActorName = entry.Actor.Name,
            Action = entry.Action,
            Target = entry.Target,
            ConcernedUserId = entry.ConcernedUserId,
            RemoteAddress = entry.Actor.RemoteAddress,
            Details = JsonSerializer.Serialize(entry.Details ?? new Dictionary<string, object?>()),
            Hash = "",
        };
        session.Prepare(
            """
            INSERT INTO audit_event (organization_id, no, at, workspace_id, actor, account_id, actor_name, action, target,
            concerned_user_id, remote_address, details, hash) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)
            """).Bind(1, row.OrganizationId).Bind(2, no).Bind(3, UnixMilliseconds.From(row.AtUtc)).Bind(4, row.WorkspaceId)
            .Bind(5, row.Actor).Bind(6, row.AccountId).Bind(7, row.ActorName).Bind(8, row.Action).Bind(9, row.Target)
            .Bind(10, row.ConcernedUserId).Bind(11, row.RemoteAddress).Bind(12, row.Details).Bind(13, HashOf(row, previous))
            .Execute();
    }

    /// <summary>The hash an entry must carry behind the entry with hash <paramref name="previous"/> (empty: the first).</summary>
    public static string HashOf(AuditEvent entry, string previous)
    {
        // A JSON array, so that no two entries can be written in the same way.
        string?[] fields =
        [
            previous, Number(entry.OrganizationId), Number(entry.No), Number(UnixMilliseconds.From(entry.AtUtc)),
            Number(entry.WorkspaceId), entry.Actor, Number(entry.AccountId), entry.ActorName, entry.Action, entry.Target,
            Number(entry.ConcernedUserId), entry.RemoteAddress, entry.Details,
        ];
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(JsonSerializer.Serialize(fields))));
    }

    private static string? Number(long? number) => number?.ToString(CultureInfo.InvariantCulture);
}
