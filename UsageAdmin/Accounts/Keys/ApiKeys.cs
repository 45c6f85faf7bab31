using Microsoft.EntityFrameworkCore;
using UsageAdmin.Data;
using UsageAdmin.Data.Schema;
using UsageAdmin.Organizations;

namespace UsageAdmin.Accounts.Keys;

/// <summary>
/// The keys of workspaces. A key belongs to its workspace, not to who made it: it goes on when that person leaves. Every
/// change is in the organisation's audit log, in the same transaction.
/// </summary>
public sealed class ApiKeys(
    UsageDatabase database, IDbContextFactory<UsageDbContext> contexts, AuditLog audit, TimeProvider time)
{
    /// <summary>How long a replaced key stays good, unless something else is chosen.</summary>
    public static TimeSpan DefaultGrace { get; } = TimeSpan.FromHours(24);

    private const string Insert =
        """
        INSERT INTO api_key (workspace_id, key_id, name, scopes, hash, last_four, created_at, created_by_account_id,
        created_by, expires_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10) RETURNING id
        """;

    /// <summary>Newest first; revoked and expired ones too.</summary>
    public async Task<IReadOnlyList<ApiKey>> ListAsync(Workspace workspace, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.ApiKeys.AsNoTracking().Where(k => k.WorkspaceId == workspace.Id)
            .OrderByDescending(k => k.CreatedAtUtc).ThenByDescending(k => k.Id).ToListAsync(cancellationToken);
    }

    /// <summary>The key with what it belongs to; null: there is none.</summary>
    public async Task<GrantedKey?> FindAsync(string keyId, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        db.ChangeTracker.QueryTrackingBehavior = QueryTrackingBehavior.NoTracking;
        return await (
            from key in db.ApiKeys
            where key.KeyId == keyId
            join workspace in db.Workspaces on key.WorkspaceId equals workspace.Id
            join organization in db.Organizations on workspace.OrganizationId equals organization.Id
            select new GrantedKey(key, organization, workspace)).SingleOrDefaultAsync(cancellationToken);
    }

    public KeyState StateOf(ApiKey key) => StateOf(key, time.GetUtcNow().UtcDateTime);

    /// <param name="givable">What <paramref name="actor"/> may put into keys, see <see cref="KeyScopes.GivableAsync"/>.</param>
    /// <exception cref="InvalidKeyException">Nothing was made.</exception>
    public MadeKey Create(Organization organization, Workspace workspace, NewKey added, Actor actor, ApiScopes givable)
    {
        var name = added.Name.Trim();
        if (name.Length is 0 or > NewKey.LongestName || name.Any(char.IsControl))
        {
            throw new InvalidKeyException(
                "name", $"The name must be 1 to {NewKey.LongestName} characters without control characters.");
        }

        if (added.ExpiresInDays is < 1 or > NewKey.MostDays)
        {
            throw new InvalidKeyException("expires", $"A key must expire after 1 to {NewKey.MostDays} days.");
        }

        CheckScopes(added.Scopes, givable);
        using var session = database.OpenWrite();
        session.Begin(WriteLock.Keys(workspace.Id));
        var made = Add(session, workspace, name, added.Scopes, TimeSpan.FromDays(added.ExpiresInDays), actor);
        Audit(session, organization, workspace, actor, "key.created", made.Key);
        session.Commit();
        return made;
    }

    /// <summary>Ends a key at once.</summary>
    /// <returns>False: it was revoked already, or the workspace has no such key.</returns>
    public bool Revoke(Organization organization, Workspace workspace, string keyId, Actor actor)
    {
        using var session = database.OpenWrite();
        session.Begin(WriteLock.Keys(workspace.Id));
        if (Read(session, workspace, keyId) is not { RevokedAtUtc: null } key)
        {
            return false;
        }

        session.Prepare("UPDATE api_key SET revoked_at = ?1 WHERE id = ?2")
            .Bind(1, UnixMilliseconds.From(Now())).Bind(2, key.Id).Execute();
        Audit(session, organization, workspace, actor, "key.revoked", key);
        session.Commit();
        return true;
    }

    /// <summary>
    /// Makes a key with the same name and scopes that lives as long as this one was made for. This one stays good for
    /// <paramref name="grace"/>, but not beyond its own end.
    /// </summary>
    /// <param name="givable">As for <see cref="Create"/>: who rotates a key gets to know one.</param>
    /// <exception cref="InvalidKeyException">The key is not there, has ended or has a successor; nothing was made.</exception>
    public MadeKey Rotate(
        Organization organization, Workspace workspace, string keyId, TimeSpan grace, Actor actor, ApiScopes givable)
    {
        if (grace < TimeSpan.Zero || grace > TimeSpan.FromDays(NewKey.MostDays))
        {
            throw new InvalidKeyException("grace", $"A replaced key may stay good for 0 hours to {NewKey.MostDays} days.");
        }

        using var session = database.OpenWrite();
        session.Begin(WriteLock.Keys(workspace.Id));
        var old = Read(session, workspace, keyId) ?? throw new InvalidKeyException("key", "There is no such key.");
        if (StateOf(old, Now()) is not KeyState.Active)
        {
            throw new InvalidKeyException("key", "The key has ended or has a successor already.");
        }

        CheckScopes(old.Scopes, givable);
        var made = Add(session, workspace, old.Name, old.Scopes, old.ExpiresAtUtc - old.CreatedAtUtc, actor);
        if (Now() + grace < old.ExpiresAtUtc)
        {
            old.ExpiresAtUtc = Now() + grace;
        }

        session.Prepare("UPDATE api_key SET successor_id = ?1, expires_at = ?2 WHERE id = ?3")
            .Bind(1, made.Key.Id).Bind(2, UnixMilliseconds.From(old.ExpiresAtUtc)).Bind(3, old.Id).Execute();
        Audit(session, organization, workspace, actor, "key.rotated", old, new Dictionary<string, object?>
        {
            ["successor"] = made.Key.PublicPart(),
            ["successorExpiresAt"] = made.Key.ExpiresAtUtc,
        });
        session.Commit();
        return made;
    }

    private static KeyState StateOf(ApiKey key, DateTime now) =>
        key.RevokedAtUtc is not null ? KeyState.Revoked
        : key.ExpiresAtUtc <= now ? KeyState.Expired
        : key.SuccessorId is not null ? KeyState.Replaced
        : KeyState.Active;

    private static void CheckScopes(ApiScopes scopes, ApiScopes givable)
    {
        if (scopes == ApiScopes.None)
        {
            throw new InvalidKeyException("scope", "A key needs a scope.");
        }

        if ((scopes & ~givable) != 0)
        {
            throw new InvalidKeyException(
                "scope", $"Your roles do not allow {string.Join(", ", KeyScopes.NamesOf(scopes & ~givable))}.");
        }
    }

    private MadeKey Add(
        UsageSession session, Workspace workspace, string name, ApiScopes scopes, TimeSpan life, Actor actor)
    {
        string keyId;
        do
        {
            keyId = KeyText.MakeUpKeyId();
        }
        while (session.Prepare("SELECT id FROM api_key WHERE key_id = ?1").Bind(1, keyId).FirstNumber() is not null);

        var text = KeyText.MakeUp(keyId);
        var now = Now();
        var key = new ApiKey
        {
            WorkspaceId = workspace.Id,
            KeyId = keyId,
            Name = name,
            Scopes = scopes,
            Hash = KeyText.HashOf(text),
            LastFour = text[^4..],
            CreatedAtUtc = now,
            CreatedByAccountId = actor.AccountId,
            CreatedBy = actor.Name,
            ExpiresAtUtc = now + life,
        };
        key.Id = session.Prepare(Insert).Bind(1, key.WorkspaceId).Bind(2, keyId).Bind(3, name).Bind(4, (long)scopes)
            .Bind(5, key.Hash).Bind(6, key.LastFour).Bind(7, UnixMilliseconds.From(now)).Bind(8, key.CreatedByAccountId)
            .Bind(9, key.CreatedBy).Bind(10, UnixMilliseconds.From(key.ExpiresAtUtc)).FirstNumber()!.Value;
        return new MadeKey(key, text);
    }

    private static ApiKey? Read(UsageSession session, Workspace workspace, string keyId)
    {
        var row = session.Prepare(
            """
            SELECT id, name, scopes, created_at, expires_at, revoked_at, successor_id, hash, last_four FROM api_key
            WHERE key_id = ?1 AND workspace_id = ?2
            """).Bind(1, keyId).Bind(2, workspace.Id);
        if (!row.Step())
        {
            return null;
        }

        var key = new ApiKey
        {
            Id = row.Number(0),
            WorkspaceId = workspace.Id,
            KeyId = keyId,
            Name = row.Text(1)!,
            Scopes = (ApiScopes)row.Number(2),
            CreatedAtUtc = UnixMilliseconds.ToUtc(row.Number(3)),
            ExpiresAtUtc = UnixMilliseconds.ToUtc(row.Number(4)),
            RevokedAtUtc = row.NullableNumber(5) is { } revoked ? UnixMilliseconds.ToUtc(revoked) : null,
            SuccessorId = row.NullableNumber(6),
            Hash = row.Text(7)!,
            LastFour = row.Text(8)!,
        };
        row.Reset();
        return key;
    }

    private void Audit(
        UsageSession session, Organization organization, Workspace workspace, Actor actor, string action, ApiKey key,
        Dictionary<string, object?>? more = null) => audit.Append(session, new AuditEntry(
        organization.Id, workspace?.Id, actor, action, key.PublicPart(),
        Details: new Dictionary<string, object?>(more ?? [])
        {
            ["name"] = key.Name,
            ["key"] = key.PublicPart(),
            ["scopes"] = KeyScopes.NamesOf(key.Scopes).ToArray(),
            ["expiresAt"] = key.ExpiresAtUtc,
        }));

    /// <summary>To the millisecond, as it is stored.</summary>
    private DateTime Now() => UnixMilliseconds.ToUtc(UnixMilliseconds.From(time.GetUtcNow().UtcDateTime));
}
