using System.Globalization;
using System.Text;
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
        var fields = query.ToDictionary(f => f.Key, f => f.Value.LastOrDefault()?.Trim(), StringComparer.Ordinal);
        return new HistoryFilter
        {
            Kind = Kinds.FirstOrDefault(kind => kind == fields.GetValueOrDefault("kind")),
            State = Named<ExportState>(fields.GetValueOrDefault("state"), ExportView.NameOf),
            Way = Named<ExportOrigin>(fields.GetValueOrDefault("way"), ExportView.NameOf),
            Who = fields.GetValueOrDefault("who") is { Length: > 0 and <= 200 } who ? who : null,
            Id = fields.GetValueOrDefault("id") is { Length: > 0 and <= 64 } id ? id : null,
            Page = int.TryParse(fields.GetValueOrDefault("page"), NumberStyles.None, CultureInfo.InvariantCulture, out var page)
                && page is >= 1 and <= 1_000_000 ? page : 1,
        };
    }

    /// <summary>The query string that <see cref="Parse"/> reads back, with its question mark; empty for the empty filter.</summary>
    public string ToQueryString()
    {
        var text = new StringBuilder();
        Add("kind", Kind);
        Add("state", State is { } state ? ExportView.NameOf(state) : null);
        Add("way", Way is { } way ? ExportView.NameOf(way) : null);
        Add("who", Who);
        Add("id", Id);
        Add("page", Page > 1 ? Page.ToString(CultureInfo.InvariantCulture) : null);
        return text.ToString();

        void Add(string name, string? value)
        {
            if (value is not null)
            {
                text.Append(text.Length == 0 ? '?' : '&').Append(name).Append('=').Append(Uri.EscapeDataString(value));
            }
        }
    }

    private static T? Named<T>(string? name, Func<T, string> nameOf)
        where T : struct, Enum =>
        Enum.GetValues<T>().Cast<T?>().FirstOrDefault(value => nameOf(value!.Value) == name);
}
