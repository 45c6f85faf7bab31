using UsageAdmin.Data;
using UsageAdmin.Data.Schema;

namespace UsageAdmin.Ingest.Writing;

/// <summary>Keeps the values that attributes had over time (decisions.md 10).</summary>
internal sealed class AttributeHistory(ImportScope scope)
{
    private static readonly string[] Key = ["entity_type", "entity_id", "attribute", "valid_from"];

    private readonly string _put = scope.Session.Sql.Put("attribute_value", Key, ["value"]);
    private readonly Statement _insert = scope.Session.PrepareInsert("attribute_value", [.. Key, "value"]);
    private readonly List<(long From, string? Value)> _read = [];
    private List<(long From, string? Value)> _values = [];

    /// <summary>Whether the last <see cref="Record"/> wrote something.</summary>
    public bool HasWritten { get; private set; }

    /// <summary>
    /// Notes that an attribute had a value at a time (milliseconds). A value that held then already leaves no row; an
    /// older record lands in the past and leaves the newest value alone.
    /// </summary>
    /// <returns>The newest known value, after this one.</returns>
    public string? Record(EntityType type, long entityId, AttributeName attribute, long validFrom, string? value)
    {
        Load(type, entityId, attribute);
        var at = _values.FindLastIndex(v => v.From <= validFrom);
        var inForce = _values.Count == 0 ? null : _values[Math.Max(at, 0)].Value;
        HasWritten = inForce != value;
        if (!HasWritten)
        {
            return _values.Count == 0 ? null : _values[^1].Value;
        }

        if (at > 0 && _values[at].From == validFrom && _values[at - 1].Value == value)
        {
            scope.Undo.Removed("attribute_value", Row(_values[at].Value));
            scope.Session.Prepare("DELETE FROM attribute_value " +
                    "WHERE entity_type = ?1 AND entity_id = ?2 AND attribute = ?3 AND valid_from = ?4")
                .Bind(1, (long)type).Bind(2, entityId).Bind(3, (long)attribute).Bind(4, validFrom).Execute();
            _values.RemoveAt(at);
        }
        else
        {
            var isThere = at >= 0 && _values[at].From == validFrom;
            if (isThere)
            {
                scope.Undo.Removed("attribute_value", Row(_values[at].Value));
            }

            scope.Undo.Inserted("attribute_value", Row(value).AsSpan(0, 4));
            (isThere ? scope.Session.Prepare(_put) : _insert)
                .Bind(1, (long)type).Bind(2, entityId).Bind(3, (long)attribute).Bind(4, validFrom).Bind(5, value)
                .Execute();
            if (isThere)
            {
                _values[at] = (validFrom, value);
            }
            else
            {
                _values.Insert(at + 1, (validFrom, value));
            }
        }

        return _values[^1].Value;

        (string Column, object? Value)[] Row(string? held) =>
        [
            ("entity_type", (long)type), ("entity_id", entityId), ("attribute", (long)attribute), ("valid_from", validFrom),
            ("value", held),
        ];
    }

    /// <summary>The newest known value, and whether there is any.</summary>
    public (bool IsKnown, string? Value) Newest(EntityType type, long entityId, AttributeName attribute)
    {
        Load(type, entityId, attribute);
        return _values.Count == 0 ? (false, null) : (true, _values[^1].Value);
    }

    private void Load(EntityType type, long entityId, AttributeName attribute)
    {
        if (scope.Made.ValuesOf(type, entityId, attribute) is { } made)
        {
            _values = made;
            return;
        }

        _values = _read;
        _values.Clear();
        var select = scope.Session.Prepare(
                "SELECT valid_from, value FROM attribute_value " +
                "WHERE entity_type = ?1 AND entity_id = ?2 AND attribute = ?3 ORDER BY valid_from")
            .Bind(1, (long)type).Bind(2, entityId).Bind(3, (long)attribute);
        while (select.Step())
        {
            _values.Add((select.Number(0), select.Text(1)));
        }

        select.Reset();
    }
}
