using System.Globalization;
using System.Text;
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
        var fields = query.GroupBy(f => f.Key, StringComparer.Ordinal)
            .ToDictionary(f => f.Key, f => f.Last().Value, StringComparer.Ordinal);
        var found = new Dictionary<string, string[]>(StringComparer.Ordinal);
        var preset = PresetOf(fields, found);
        var (from, to) = (MonthOf(fields, "from", found), MonthOf(fields, "to", found));
        MonthRange? months = null;
        if (preset is not null && (fields.ContainsKey("from") || fields.ContainsKey("to")))
        {
            found["range"] = ["Give either range or from and to."];
            preset = null;
        }
        else if ((from is null) != (to is null) && found.Count == 0)
        {
            found[from is null ? "from" : "to"] = ["from and to belong together."];
        }
        else if (from is { } first && to is { } last)
        {
            if (first > last)
            {
                found["from"] = ["Must not be after to."];
            }
            else if (new MonthRange(first, last) is { Count: > MaxMonths } long_)
            {
                found["from"] = [$"{long_.Count} months chosen, {MaxMonths} allowed."];
            }
            else
            {
                months = new MonthRange(first, last);
            }
        }

        var table = TableOf(fields, found);
        problems = found;
        return new AnalyticsFilter
        {
            Preset = preset,
            Months = months,
            Workspaces = fields.TryGetValue("workspace", out var ids)
                ? [.. ids.Where(id => !string.IsNullOrEmpty(id)).Select(id => id!).Distinct(StringComparer.Ordinal)]
                : [],
            Table = table,
            Sort = Single(fields, "sort") is { } sort && AnalyticsSort.Keys(table).Contains(sort) ? sort : null,
            IsAscending = Single(fields, "order") == "asc",
            Search = Single(fields, "search") is { } search ? search[..Math.Min(search.Length, 200)] : null,
            Page = Single(fields, "page") is { } page
                && int.TryParse(page, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number is >= 1 and <= 1_000_000
                    ? number
                    : 1,
        };
    }

    /// <summary>The query string that <see cref="Parse"/> reads, with its question mark; empty for the page without state.</summary>
    public string ToQueryString()
    {
        var text = new StringBuilder();
        if (Preset is { } preset)
        {
            Add("range", RangePresets.NameOf(preset));
        }
        else if (Months is { } months)
        {
            Add("from", months.From.ToString());
            Add("to", months.To.ToString());
        }

        foreach (var workspace in Workspaces)
        {
            Add("workspace", workspace);
        }

        if (Table != AnalyticsTableKind.People)
        {
            Add("table", NameOf(Table));
        }

        if (Sort is not null)
        {
            Add("sort", Sort);
        }

        if (IsAscending)
        {
            Add("order", "asc");
        }

        if (Search is not null)
        {
            Add("search", Search);
        }

        if (Page > 1)
        {
            Add("page", Page.ToString(CultureInfo.InvariantCulture));
        }

        return text.ToString();

        void Add(string name, string value) => text.Append(text.Length == 0 ? '?' : '&').Append(name).Append('=')
            .Append(Uri.EscapeDataString(value));
    }

    public static string NameOf(AnalyticsTableKind table) => table.ToString().ToLowerInvariant();

    public bool Equals(AnalyticsFilter? other) => other is not null && ToQueryString() == other.ToQueryString();

    public override int GetHashCode() => StringComparer.Ordinal.GetHashCode(ToQueryString());

    private static Month? MonthOf(
        Dictionary<string, StringValues> fields, string name, Dictionary<string, string[]> problems)
    {
        if (Single(fields, name) is not { } text)
        {
            return null;
        }

        if (Month.Parse(text) is { } month)
        {
            return month;
        }

        problems[name] = ["Must be a month as YYYY-MM."];
        return null;
    }

    private static RangePreset? PresetOf(Dictionary<string, StringValues> fields, Dictionary<string, string[]> problems)
    {
        if (Single(fields, "range") is not { } text)
        {
            return null;
        }

        if (RangePresets.Names.TryGetValue(text, out var preset) && Presets.Contains(preset))
        {
            return preset;
        }

        problems["range"] = [$"Must be one of {string.Join(", ", Presets.Select(RangePresets.NameOf))}."];
        return null;
    }

    private static AnalyticsTableKind TableOf(
        Dictionary<string, StringValues> fields, Dictionary<string, string[]> problems)
    {
        if (Single(fields, "table") is not { } text)
        {
            return AnalyticsTableKind.People;
        }

        foreach (var table in Enum.GetValues<AnalyticsTableKind>())
        {
            if (NameOf(table) == text)
            {
                return table;
            }
        }

        problems["table"] = [$"Must be one of {string.Join(", ", Enum.GetValues<AnalyticsTableKind>().Select(NameOf))}."];
        return AnalyticsTableKind.People;
    }

    private static string? Single(Dictionary<string, StringValues> fields, string name) =>
        fields.TryGetValue(name, out var values) && !string.IsNullOrEmpty(values.LastOrDefault()) ? values.Last() : null;
}
