using UsageAdmin.Data.Schema;

namespace UsageAdmin.Data;

/// <summary>
/// Names as they were at one instant, looked up as they are met and kept: memory grows with the things named, not with the
/// rows that name them. For one session and one thread.
/// </summary>
/// <param name="atUtc">Null: the newest.</param>
public sealed class NameLookup(UsageSession session, DateTime? atUtc)
{
    private readonly Dictionary<(EntityType, long), Named> _known = [];

    /// <summary>The ids that exports and URLs show, and what it was called at the time.</summary>
    public readonly record struct Named(string PublicId, string? Name, string? Email);

    public Named Of(EntityType type, long id)
    {
        if (!_known.TryGetValue((type, id), out var named))
        {
            named = Read(type, id);
            _known.Add((type, id), named);
        }

        return named;
    }

    private Named Read(EntityType type, long id)
    {
        var (table, email) = type switch
        {
            EntityType.User => ("usage_user", "email"),
            EntityType.App => ("app", "NULL"),
            EntityType.Model => ("model", "NULL"),
            EntityType.Project => ("project", "NULL"),
            EntityType.Section => ("section", "NULL"),
            EntityType.Workflow => ("workflow", "NULL"),
            _ => throw new ArgumentOutOfRangeException(nameof(type)),
        };
        var row = session.Prepare($"SELECT public_id, name, {email} FROM {table} WHERE id = ?1").Bind(1, id);
        var current = row.Step()
            ? new Named(row.Text(0)!, row.Text(1), row.Text(2))
            : throw new InvalidOperationException($"There is no {table} {id}.");
        row.Reset();
        return atUtc is not { } at
            ? current
            : current with
            {
                Name = ValueAt(type, id, AttributeName.Name, at, current.Name),
                Email = type == EntityType.User ? ValueAt(type, id, AttributeName.Email, at, current.Email) : null,
            };
    }

    /// <summary>The value that held at the instant; before the first known one, the first (decisions.md 10).</summary>
    private string? ValueAt(EntityType type, long id, AttributeName attribute, DateTime at, string? current)
    {
        var row = session.Prepare(
            """
            SELECT value FROM attribute_value WHERE entity_type = ?1 AND entity_id = ?2 AND attribute = ?3
            ORDER BY valid_from <= ?4 DESC, CASE WHEN valid_from <= ?4 THEN -valid_from ELSE valid_from END LIMIT 1
            """).Bind(1, (long)type).Bind(2, id).Bind(3, (long)attribute).Bind(4, UnixMilliseconds.From(at));
        return row.Step() ? row.Text(0) : current;
    }
}
