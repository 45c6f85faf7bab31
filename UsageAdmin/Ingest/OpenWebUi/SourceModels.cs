using System.Text.Json;
using UsageAdmin.Data;
using UsageAdmin.Ingest.Json;

namespace UsageAdmin.Ingest.OpenWebUi;

/// <summary>
/// The rows of <c>model</c>: with a base model they are assistants that somebody made, without one they only change how a model
/// is shown.
/// </summary>
internal sealed class SourceModels(OpenWebUiTimes times)
{
    private readonly List<ImportItem> _others = [];
    private readonly Dictionary<string, AppItem> _assistants = new(StringComparer.Ordinal);

    public CustomModels Custom { get; } = new();

    public static SourceModels Read(TableReader tables, SourceTables schema, OpenWebUiTimes times)
    {
        var models = new SourceModels(times);
        var publicIds = new HashSet<string>(StringComparer.Ordinal);
        models._others.AddRange(tables.Read("access_grant",
            ["resource_type", "resource_id", "principal_type", "principal_id", "permission"],
            (row, remarks) => ReadGrant(row, remarks, publicIds)));
        models._others.AddRange(tables.Read("model",
            ["id", "user_id", "base_model_id", "name", "meta", "access_control", "is_active", "created_at"],
            (row, remarks) => models.ReadModel(row, remarks, tables.Line, IsPublic(schema, publicIds))));
        return models;
    }

    /// <summary>Assistants that are taken in by themselves; the others when a chat asks them.</summary>
    public IEnumerable<ImportItem> Items(Func<string?, bool> isTaken)
    {
        foreach (var assistant in _assistants.Values.Where(a => isTaken(a.CreatorId.Value)).ToList())
        {
            _assistants.Remove(assistant.Id);
            yield return assistant;
        }

        foreach (var other in _others)
        {
            yield return other;
        }
    }

    /// <summary>The assistant that a conversation asks, if nobody has told of it yet.</summary>
    public AppItem? Take(string? id) => id is not null && _assistants.Remove(id, out var assistant) ? assistant : null;

    /// <summary>
    /// Whether everybody may use a model: since 0.8 by a grant to <c>*</c>, before by <c>access_control</c> being null; null
    /// where the schema has neither.
    /// </summary>
    private static Func<Statement, string, bool?> IsPublic(SourceTables schema, HashSet<string> publicIds) =>
        schema.Has("access_grant") ? (_, id) => publicIds.Contains(id)
        : schema.Has("model", "access_control") ? (row, _) => row.IsNull(5) || row.Utf8(5).SequenceEqual("null"u8)
        : (_, _) => null;

    private static IEnumerable<ImportItem> ReadGrant(Statement row, Remarks remarks, HashSet<string> publicIds)
    {
        if (row.Text(0) == "model" && row.Text(2) == "user" && row.Text(3) == "*" && row.Id(1, "resource_id", remarks) is { } id)
        {
            publicIds.Add(id);
        }

        return [];
    }

    private IEnumerable<ImportItem> ReadModel(
        Statement row, Remarks remarks, long line, Func<Statement, string, bool?> isPublic)
    {
        if (row.Id(0, "model.id", remarks) is not { } id)
        {
            return
            [
                new ProblemItem(Refused: true, "invalid-value", "model.id", "a model without a usable id is left out")
                {
                    Line = line,
                },
            ];
        }

        var name = row.Storable(3, remarks) is { Length: > 0 } text ? text : default(Field<string>);
        if (row.Id(2, "base_model_id", remarks) is not { } baseId)
        {
            return [new ModelItem { Id = id, Line = line, Name = name }];
        }

        Custom.Add(id, baseId);
        using var meta = row.Json(4, "model.meta", remarks);
        var isActive = row.IsNull(6) || row.Number(6) != 0;
        _assistants[id] = new AppItem
        {
            Id = id,
            Line = line,
            Name = name,
            CreatorId = row.Id(1, "user_id", remarks) ?? default(Field<string>),
            Category = Category(meta?.RootElement, remarks),
            Description = meta?.RootElement.Member("description").Text(remarks),
            Published = isPublic(row, id) is { } everybody ? everybody && isActive : default(Field<bool?>),
            CreatedAtUtc = row.Time(7, "model.created_at", times, remarks) is { } created ? created : default(Field<DateTime?>),
            Model = baseId,
        };
        return [];
    }

    /// <summary>The first tag: we have one category per assistant.</summary>
    private static string? Category(JsonElement? meta, Remarks remarks) =>
        meta.Member("tags").Items().Select(tag => ((JsonElement?)(tag.Member("name") ?? tag)).Text(remarks))
            .FirstOrDefault(tag => tag is { Length: > 0 });
}
