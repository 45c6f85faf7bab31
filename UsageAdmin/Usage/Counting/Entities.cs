using UsageAdmin.Data;
using UsageAdmin.Data.Schema;

namespace UsageAdmin.Usage.Counting;

/// <summary>All assistants, projects or workflows of a workspace, in order of their ids. Times are milliseconds since 1970.</summary>
internal sealed class Entities
{
    private readonly Indexes _indexes;
    private readonly ValuesOverTime _values;
    private readonly long _firstDay;

    /// <param name="firstDay">When things exist from that have no known start.</param>
    /// <param name="description">SQL for description and address; only assistants have them.</param>
    public Entities(
        UsageSession session, EntityType type, string table, long workspaceId, Indexes users, long firstDay,
        string description = "NULL, NULL")
    {
        _firstDay = firstDay;
        All = [.. Read(session, table, workspaceId, users, description)];
        _indexes = new Indexes([.. All.Select(e => e.Id)]);
        _values = ValuesOverTime.Read(session, type, $"SELECT id FROM {table} WHERE workspace_id = ?2", workspaceId);
    }

    public Entity[] All { get; }

    public int Count => All.Length;

    public int PlaceOf(long id) => _indexes.Of(id);

    /// <summary>The name at the end of a period.</summary>
    public string? NameOf(int place, long end) =>
        _values.At(All[place].Id, AttributeName.Name, end, All[place].Name);

    public bool Existed(int place, long from, long to) =>
        (All[place].CreatedAt ?? _firstDay) < to && (All[place].EndedAt ?? long.MaxValue) >= from;

    private static List<Entity> Read(
        UsageSession session, string table, long workspaceId, Indexes users, string description)
    {
        var found = new List<Entity>();
        var row = session.Prepare(
            $"""
            SELECT id, public_id, name, creator_user_id, created_at,
                CASE WHEN deleted_at < archived_at THEN deleted_at ELSE coalesce(archived_at, deleted_at) END,
                {description} FROM {table} WHERE workspace_id = ?1 ORDER BY id
            """).Bind(1, workspaceId);
        while (row.Step())
        {
            found.Add(new Entity(
                row.Number(0), row.Text(1)!, row.Text(2), row.NullableNumber(3) is { } owner ? users.Of(owner) : -1,
                row.NullableNumber(4), row.NullableNumber(5), row.Text(6), row.Text(7)));
        }

        row.Reset();
        return found;
    }
}

/// <param name="Owner">The user's place; −1: unknown.</param>
/// <param name="EndedAt">When it was archived or deleted; null: it is there.</param>
internal sealed record Entity(
    long Id, string PublicId, string? Name, int Owner, long? CreatedAt, long? EndedAt, string? Description, string? Url);
