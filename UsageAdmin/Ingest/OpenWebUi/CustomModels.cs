namespace UsageAdmin.Ingest.OpenWebUi;

/// <summary>
/// The models that people made on top of others: they are assistants, and what answers is their base
/// (<c>model.base_model_id</c> is not null, ingest.md 4.1).
/// </summary>
internal sealed class CustomModels
{
    /// <summary>Custom models may stand on each other; a longer chain than this is a circle.</summary>
    private const int MaxChain = 16;

    private readonly Dictionary<string, string> _bases = new(StringComparer.Ordinal);

    /// <summary>For files that do not say which models are custom.</summary>
    public static CustomModels None { get; } = new();

    public void Add(string id, string baseId) => _bases[id] = baseId;

    public bool Contains(string id) => _bases.ContainsKey(id);

    /// <summary>The model that answers; the id itself where it is no custom model.</summary>
    public string BaseOf(string id)
    {
        var model = id;
        for (var step = 0; step < MaxChain && _bases.TryGetValue(model, out var next); step++)
        {
            model = next;
        }

        return model;
    }
}
