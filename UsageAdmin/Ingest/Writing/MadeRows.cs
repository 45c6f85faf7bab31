using UsageAdmin.Data.Schema;

namespace UsageAdmin.Ingest.Writing;

/// <summary>
/// What this transaction has made, and the values that its attributes have had: nobody needs to ask the database for them.
/// </summary>
internal sealed class MadeRows
{
    private readonly HashSet<(EntityType Type, long Id)> _made = [];
    private readonly Dictionary<(EntityType Type, long Id, AttributeName Attribute), List<(long From, string? Value)>> _values = [];

    public void Add(EntityType type, long id) => _made.Add((type, id));

    public bool Has(EntityType type, long id) => _made.Contains((type, id));

    /// <summary>All values of an attribute in order of their time, to be kept up to date; null: the database knows.</summary>
    public List<(long From, string? Value)>? ValuesOf(EntityType type, long id, AttributeName attribute)
    {
        if (!Has(type, id))
        {
            return null;
        }

        if (!_values.TryGetValue((type, id, attribute), out var values))
        {
            _values.Add((type, id, attribute), values = []);
        }

        return values;
    }

    /// <summary>The transaction has ended.</summary>
    public void Clear()
    {
        _made.Clear();
        _values.Clear();
    }
}
