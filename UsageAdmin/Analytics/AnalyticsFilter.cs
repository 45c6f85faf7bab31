using Microsoft.Extensions.Primitives;
using UsageAdmin.Exports;

namespace UsageAdmin.Analytics;

/// <summary>
/// The state of the Org Analytics page as its query string holds it: months of the organisation's zone, workspaces, and
/// which table is shown how. Page and file select by the same months and workspaces.
/// </summary>
public sealed record AnalyticsFilter
{
    /// <summary>The most months of one page or file: ten years.</summary>
    public const int MaxMonths = 120;

    public static readonly AnalyticsFilter Empty = new();

    /// <summary>The presets that are whole months.</summary>
    public static IReadOnlyList<RangePreset> Presets { get; } =
        [RangePreset.ThisMonth, RangePreset.LastMonth, RangePreset.Last12Months];

    private static readonly Dictionary<string, RangePreset> Ranges =
        Presets.ToDictionary(RangePresets.NameOf, StringComparer.Ordinal);

    private static readonly Dictionary<string, AnalyticsTableKind> TableKinds =
        Enum.GetValues<AnalyticsTableKind>().ToDictionary(NameOf, StringComparer.Ordinal);

    /// <summary>Months that move with the calendar; excludes <see cref="Months"/>.</summary>
    public RangePreset? Preset { get; init; }

    public MonthRange? Months { get; init; }

    /// <summary>Public ids; empty: all of the organisation.</summary>
    public IReadOnlyList<string> Workspaces { get; init; } = [];

    public AnalyticsTableKind Table { get; init; }

    /// <summary>One of <see cref="AnalyticsSort.Keys"/> of the table; null: its first number.</summary>
    public string? Sort { get; init; }

    /// <summary>Smallest first, or A to Z.</summary>
    public bool IsAscending { get; init; }

    /// <summary>Part of a name, address or id in the table.</summary>
    public string? Search { get; init; }

    /// <summary>From 1.</summary>
    public int Page { get; init; } = 1;

    /// <summary>Months to show or export; null: none chosen.</summary>
    /// <param name="today">In the organisation's zone.</param>
    public MonthRange? Chosen(DateOnly today)
    {
        var month = Month.Of(today);
        return Preset switch
        {
            RangePreset.ThisMonth => new MonthRange(month, month),
            RangePreset.LastMonth => new MonthRange(month.Plus(-1), month.Plus(-1)),
            RangePreset.Last12Months => new MonthRange(month.Plus(-11), month),
            _ => Months,
        };
    }

    /// <summary>
    /// As <see cref="Chosen"/>, but not behind the running month; where none are chosen, the last twelve with the running one.
    /// </summary>
    public MonthRange Resolve(DateOnly today)
    {
        var running = Month.Of(today);
        return Chosen(today) is { } months
            ? new MonthRange(months.From < running ? months.From : running, months.To < running ? months.To : running)
            : new MonthRange(running.Plus(-11), running);
    }

    /// <summary>
    /// Reads a query string or a command's options. What is wrong is left out and named in <paramref name="problems"/>.
    /// </summary>
    public static AnalyticsFilter Parse(
        IEnumerable<KeyValuePair<string, StringValues>> query, out IReadOnlyDictionary<string, string[]> problems)
    {
        var fields = new QueryFields(query);
        var preset = fields.Named("range", Ranges);
        var (from, to) = (MonthOf(fields, "from"), MonthOf(fields, "to"));
        MonthRange? months = null;
        if (preset is not null && (from ?? to) is not null)
        {
            fields.Wrong("range", "Give either range or from and to.");
            preset = null;
        }
        else if ((from is null) != (to is null) && fields.Problems.Count == 0)
        {
            fields.Wrong(from is null ? "from" : "to", "from and to belong together.");
        }
        else if (from is { } first && to is { } last)
        {
            if (first > last)
            {
                fields.Wrong("from", "Must not be after to.");
            }
            else if (new MonthRange(first, last) is { Count: > MaxMonths } long_)
            {
                fields.Wrong("from", $"{long_.Count} months chosen, {MaxMonths} allowed.");
            }
            else
            {
                months = new MonthRange(first, last);
            }
        }

        var table = fields.Named("table", TableKinds) ?? AnalyticsTableKind.People;
        var filter = new AnalyticsFilter
        {
            Preset = preset,
            Months = months,
            Workspaces = fields.Ids("workspace"),
            Table = table,
            Sort = fields.Text("sort") is { } sort && AnalyticsSort.Keys(table).Contains(sort) ? sort : null,
            IsAscending = fields.Text("order") == "asc",
            Search = fields.Text("search") is { } search ? search[..Math.Min(search.Length, 200)] : null,
            Page = fields.Page() ?? 1,
        };
        problems = fields.Problems;
        return filter;
    }

    /// <summary>The query string that <see cref="Parse"/> reads, with its question mark; empty for the page without state.</summary>
    public string ToQueryString() => new QueryText()
        .Add("range", Preset is { } preset ? RangePresets.NameOf(preset) : null)
        .Add("from", Preset is null ? Months?.From.ToString() : null)
        .Add("to", Preset is null ? Months?.To.ToString() : null)
        .Add("workspace", Workspaces)
        .Add("table", Table == AnalyticsTableKind.People ? null : NameOf(Table))
        .Add("sort", Sort).Add("order", IsAscending ? "asc" : null).Add("search", Search)
        .AddPage(Page)
        .ToString();

    public static string NameOf(AnalyticsTableKind table) => table.ToString().ToLowerInvariant();

    public bool Equals(AnalyticsFilter? other) => other is not null && ToQueryString() == other.ToQueryString();

    public override int GetHashCode() => StringComparer.Ordinal.GetHashCode(ToQueryString());

    private static Month? MonthOf(QueryFields fields, string name)
    {
        if (fields.Text(name) is not { } text)
        {
            return null;
        }

        if (Month.Parse(text) is { } month)
        {
            return month;
        }

        fields.Wrong(name, "Must be a month as YYYY-MM.");
        return null;
    }
}
