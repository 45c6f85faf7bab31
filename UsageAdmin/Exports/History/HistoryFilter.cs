using Microsoft.Extensions.Primitives;
using UsageAdmin.Data.Schema;

namespace UsageAdmin.Exports.History;

/// <summary>The state of a history page as its query string holds it. What cannot be read is left out.</summary>
public sealed record HistoryFilter
{
    /// <summary>Every kind of export there is, as history names them.</summary>
    public static IReadOnlyList<string> Kinds { get; } =
        ["activity", "org-analytics", "users", "assistants", "workflows", "projects", "models", "audit"];

    /// <summary>One of <see cref="Kinds"/>.</summary>
    public string? Kind { get; init; }

    public ExportState? State { get; init; }

    public ExportOrigin? Way { get; init; }

    /// <summary>Part of the name of whoever made it.</summary>
    public string? Who { get; init; }

    /// <summary>The one export of this id.</summary>
    public string? Id { get; init; }

    /// <summary>From 1.</summary>
    public int Page { get; init; } = 1;

    public bool IsNarrowed => Kind is not null || State is not null || Way is not null || Who is not null || Id is not null;

    public static HistoryFilter Parse(IEnumerable<KeyValuePair<string, StringValues>> query)
    {
        var fields = new QueryFields(query);
        return new HistoryFilter
        {
            Kind = Kinds.FirstOrDefault(kind => kind == fields.Word("kind")),
            State = Named<ExportState>(fields.Word("state"), ExportView.NameOf),
            Way = Named<ExportOrigin>(fields.Word("way"), ExportView.NameOf),
            Who = fields.Word("who") is { Length: <= 200 } who ? who : null,
            Id = fields.Word("id") is { Length: <= 64 } id ? id : null,
            Page = fields.Page() ?? 1,
        };
    }

    /// <summary>The query string that <see cref="Parse"/> reads back, with its question mark; empty for the empty filter.</summary>
    public string ToQueryString() => new QueryText()
        .Add("kind", Kind)
        .Add("state", State is { } state ? ExportView.NameOf(state) : null)
        .Add("way", Way is { } way ? ExportView.NameOf(way) : null)
        .Add("who", Who).Add("id", Id)
        .AddPage(Page)
        .ToString();

    private static T? Named<T>(string? name, Func<T, string> nameOf)
        where T : struct, Enum =>
        Enum.GetValues<T>().Cast<T?>().FirstOrDefault(value => nameOf(value!.Value) == name);
}
