using UsageAdmin.Data;
using UsageAdmin.Data.Schema;

namespace UsageAdmin.Ingest.Writing;

/// <summary>Writes stays of users in the workspace and its sections.</summary>
internal sealed class MembershipWriter(ImportScope scope, Identities identities, AttributeHistory history)
{
    private sealed record Stay(long Id, long? JoinedAt, long? LeftAt);

    public void Write(MembershipItem item)
    {
        var userId = identities.Resolve(EntityType.User, item.UserId);
        var sectionId = item.SectionId is { } section ? identities.Resolve(EntityType.Section, section) : (long?)null;
        var joined = item.JoinedAtUtc.Value is { } from ? UnixMilliseconds.From(from) : (long?)null;
        var left = item.LeftAtUtc.Value is { } to ? UnixMilliseconds.From(to) : (long?)null;

        var stay = Find(userId, sectionId, joined, left);
        var id = stay?.Id ?? Insert(userId, sectionId);
        var changes = new ColumnChanges("membership", id, isMade: stay is null);
        changes.Set("joined_at", item.JoinedAtUtc);
        changes.Set("left_at", item.LeftAtUtc);
        if (item.Role.IsSet)
        {
            var newest = RecordRole(id, scope.ValidFrom(item.ValidFromUtc), item.Role.Value);
            changes.Set("role", newest);
        }

        var isChanged = changes.Write(scope, importColumn: null);
        scope.Report.Of("memberships")
            .Add(stay is null ? Outcome.Created : isChanged ? Outcome.Changed : Outcome.Unchanged);
    }

    /// <summary>Notes the role that a user's own record states for the workspace.</summary>
    public bool WriteRole(long userId, long validFrom, MemberRole? role)
    {
        var made = identities.MadeStay(userId);
        if ((made ?? Find(userId, sectionId: null, joined: null, left: null)?.Id) is not { } id)
        {
            return false;
        }

        var changes = new ColumnChanges("membership", id, isMade: made is not null);
        changes.Set("role", RecordRole(id, validFrom, role));
        return changes.Write(scope, importColumn: null);
    }

    private long RecordRole(long membershipId, long validFrom, MemberRole? role)
    {
        var name = role?.ToString().ToLowerInvariant();
        var newest = history.Record(EntityType.Membership, membershipId, AttributeName.Role, validFrom, name);
        return newest is null ? (long)MemberRole.Member : (long)Enum.Parse<MemberRole>(newest, ignoreCase: true);
    }

    /// <summary>
    /// The stay that a record is about: that with the same start, else one without a start, else one that overlaps (its
    /// dates are corrected). A stay that overlaps none is new: who leaves and comes back has two.
    /// </summary>
    private Stay? Find(long userId, long? sectionId, long? joined, long? left)
    {
        var stays = Stays(userId, sectionId);
        if (joined is null && left is null)
        {
            return stays.Find(s => s.LeftAt is null) ?? stays.LastOrDefault();
        }

        return stays.Find(s => s.JoinedAt == joined)
            ?? stays.Find(s => s.JoinedAt is null)
            ?? stays.Find(s =>
                (joined ?? long.MinValue) < (s.LeftAt ?? long.MaxValue) &&
                (s.JoinedAt ?? long.MinValue) < (left ?? long.MaxValue));
    }

    private List<Stay> Stays(long userId, long? sectionId)
    {
        var select = scope.Session.Prepare(
                "SELECT id, joined_at, left_at FROM membership " +
                "WHERE workspace_id = ?1 AND user_id = ?2 AND section_id IS NOT DISTINCT FROM ?3 ORDER BY joined_at NULLS FIRST, id")
            .Bind(1, scope.WorkspaceId).Bind(2, userId).Bind(3, sectionId);
        var stays = new List<Stay>();
        while (select.Step())
        {
            stays.Add(new Stay(select.Number(0), select.NullableNumber(1), select.NullableNumber(2)));
        }

        select.Reset();
        return stays;
    }

    private long Insert(long userId, long? sectionId)
    {
        var id = scope.Session.Prepare(
                "INSERT INTO membership (workspace_id, user_id, section_id, role) " +
                $"VALUES (?1, ?2, ?3, 0){scope.Session.Sql.ReturningId}")
            .Bind(1, scope.WorkspaceId).Bind(2, userId).Bind(3, sectionId).InsertedId()!.Value;
        scope.Made.Add(EntityType.Membership, id);
        scope.Undo.Inserted("membership", ("id", id));
        return id;
    }
}
