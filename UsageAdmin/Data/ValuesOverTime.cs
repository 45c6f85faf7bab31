using UsageAdmin.Data.Schema;

namespace UsageAdmin.Data;

/// <summary>
/// The values that attributes of many things had over time, read at once. Only things whose value changed are kept:
/// for the others the newest value, which their own row holds, is that of all times.
/// </summary>
public sealed class ValuesOverTime
{
    private readonly Dictionary<(long Id, AttributeName Attribute), List<(long From, string? Value)>> _changed = [];

    private ValuesOverTime()
    {
    }

    /// <summary>How many attributes have had several values.</summary>
    public int Count => _changed.Count;

    /// <param name="ids">SQL for the ids, with <paramref name="parameter"/> as ?2.</param>
    public static ValuesOverTime Read(UsageSession session, EntityType type, string ids, long parameter)
    {
        var values = new ValuesOverTime();

        // The database itself finds the few that changed, in the order of the key: most things have one value for good.
        var row = session.Prepare(
            $"""
            SELECT c.entity_id, c.attribute FROM (
                SELECT entity_id, attribute FROM attribute_value
                WHERE entity_type = ?1 AND entity_id BETWEEN
                    (SELECT min(i.id) FROM ({ids}) i) AND (SELECT max(i.id) FROM ({ids}) i)
                GROUP BY entity_id, attribute HAVING count(*) > 1) c
            WHERE EXISTS (SELECT 1 FROM ({ids}) i WHERE i.id = c.entity_id)
            """).Bind(1, (long)type).Bind(2, parameter);
        while (row.Step())
        {
            values._changed.Add((row.Number(0), (AttributeName)row.Number(1)), []);
        }

        row.Reset();
        values.ReadChanged(session, type);
        return values;
    }

    /// <summary>
    /// The value that held at the end of a period; before the first known one, the first (decisions.md 10).
    /// </summary>
    /// <param name="end">Milliseconds since 1970 that the period excludes.</param>
    /// <param name="newest">What the thing's own row says.</param>
    public string? At(long id, AttributeName attribute, long end, string? newest)
    {
        if (!_changed.TryGetValue((id, attribute), out var values))
        {
            return newest;
        }

        var at = values.FindLastIndex(v => v.From < end);
        return values[Math.Max(at, 0)].Value;
    }

    /// <summary>Whether there ever was another value than the newest.</summary>
    public bool HasChanged(long id, AttributeName attribute) => _changed.ContainsKey((id, attribute));

    private void ReadChanged(UsageSession session, EntityType type)
    {
        foreach (var ((id, attribute), values) in _changed)
        {
            var row = session.Prepare(
                """
                SELECT valid_from, value FROM attribute_value
                WHERE entity_type = ?1 AND entity_id = ?2 AND attribute = ?3 ORDER BY valid_from
                """).Bind(1, (long)type).Bind(2, id).Bind(3, (long)attribute);
            while (row.Step())
            {
                values.Add((row.Number(0), row.Text(1)));
            }

            row.Reset();
        }
    }
}
