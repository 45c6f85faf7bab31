using Microsoft.Extensions.Primitives;
using UsageAdmin.Exports;

namespace UsageAdmin.Audit;

/// <summary>
/// The state of the audit page as its query string holds it: page and file select by the same filter. Days are those of
/// the organisation's zone, both inclusive.
/// </summary>
public sealed record AuditFilter
{
    /// <summary>What entries are about: what stands before the dot of their actions.</summary>
    public static IReadOnlyList<string> Groups { get; } =
        ["export", "conversation", "access", "account", "grant", "key", "import", "organization", "workspace"];

    private const int LongestText = 200;

    /// <summary>A range that moves with the calendar; excludes <see cref="Days"/>.</summary>
    public RangePreset? Preset { get; init; }

    public DateRange? Days { get; init; }

    /// <summary>One of <see cref="Groups"/>.</summary>
    public string? Group { get; init; }

    /// <summary>Part of the name of whoever did it.</summary>
    public string? Actor { get; init; }

    /// <summary>Public id.</summary>
    public string? Workspace { get; init; }

    /// <summary>Whose data it was: the id or, where user-level data is off, the pseudonym of a user.</summary>
    public string? Person { get; init; }

    /// <summary>From 1.</summary>
    public int Page { get; init; } = 1;

    public bool IsNarrowed => Group is not null || Actor is not null || Workspace is not null || Person is not null;

    /// <summary>The chosen days on <paramref name="today"/>; null: all.</summary>
    public DateRange? Resolve(DateOnly today, DayOfWeek firstDayOfWeek) => Preset?.Resolve(today, firstDayOfWeek) ?? Days;

    /// <summary>
    /// Reads a query string. What cannot be read is left out and named in <paramref name="problems"/>: field → what is wrong.
    /// </summary>
    public static AuditFilter Parse(
        IEnumerable<KeyValuePair<string, StringValues>> query, out IReadOnlyDictionary<string, string[]> problems)
    {
        var fields = new QueryFields(query);
        var (preset, days) = fields.Range();
        var filter = new AuditFilter
        {
            Preset = preset,
            Days = days,
            Group = GroupOf(fields),
            Actor = Text(fields, "actor"),
            Workspace = Text(fields, "workspace"),
            Person = Text(fields, "person"),
            Page = fields.Page() ?? 1,
        };
        problems = fields.Problems;
        return filter;
    }

    /// <summary>The query string that <see cref="Parse"/> reads back, with its question mark; empty for the empty filter.</summary>
    public string ToQueryString() => new QueryText()
        .AddRange(Preset, Days)
        .Add("action", Group).Add("actor", Actor).Add("workspace", Workspace).Add("person", Person)
        .AddPage(Page)
        .ToString();

    private static string? GroupOf(QueryFields fields)
    {
        var group = fields.Word("action");
        if (group is null || Groups.Contains(group))
        {
            return group;
        }

        fields.Wrong("action", $"Must be one of {string.Join(", ", Groups)}.");
        return null;
    }

    private static string? Text(QueryFields fields, string name)
    {
        var text = fields.Word(name);
        if (text is null or { Length: <= LongestText })
        {
            return text;
        }

        fields.Wrong(name, $"Must not have more than {LongestText} characters.");
        return null;
    }
}
