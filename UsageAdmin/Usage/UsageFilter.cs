using System.Globalization;
using Microsoft.Extensions.Primitives;
using UsageAdmin.Exports;

namespace UsageAdmin.Usage;

/// <summary>
/// The state of the Usage page as its query string holds it: days of the organisation's zone, the data type that is shown
/// and how, and the export dialog. Downloads and commands read the same fields.
/// </summary>
public sealed record UsageFilter
{
    /// <summary>The value of <c>layout=</c>.</summary>
    public const string ExtendedLayout = "extended";

    /// <summary>The value of <c>sort=</c> for the names, whichever column holds them.</summary>
    public const string ByName = "name";

    public static readonly UsageFilter Empty = new();

    /// <summary>All of them have one value.</summary>
    private static readonly string[] Fields =
    [
        "range", "from", "to", "type", "sort", "order", "search", "page", "open", "layout", "includeInactive", "export",
    ];

    /// <summary>Days that move with the calendar; excludes <see cref="Days"/>.</summary>
    public RangePreset? Preset { get; init; }

    public DateRange? Days { get; init; }

    /// <summary>What the page has a table of.</summary>
    public UsageDataType Type { get; init; }

    /// <summary>A column of the table, as the file names it; null: the first number.</summary>
    public string? Sort { get; init; }

    /// <summary>Smallest first, or A to Z.</summary>
    public bool IsAscending { get; init; }

    /// <summary>Part of a name, address or id in the table.</summary>
    public string? Search { get; init; }

    /// <summary>From 1.</summary>
    public int Page { get; init; } = 1;

    /// <summary>The id of the row that shows its details.</summary>
    public string? Open { get; init; }

    public bool IsExtended { get; init; }

    public bool IncludesInactive { get; init; } = true;

    /// <summary>What the export dialog offers; null: it is closed.</summary>
    public UsageDataType? Export { get; init; }

    /// <summary>The last day that may be asked for.</summary>
    public static DateOnly LastDay(DateOnly today) => today.AddYears(1);

    /// <summary>
    /// Reads a query string or a command's options. What is wrong is left out and named in <paramref name="problems"/>;
    /// unknown fields are ignored.
    /// </summary>
    /// <param name="today">In the organisation's zone: the first and the last day that may be asked for move with it.</param>
    public static UsageFilter Parse(
        IEnumerable<KeyValuePair<string, StringValues>> query, DateOnly today,
        out IReadOnlyDictionary<string, UsageProblem> problems)
    {
        var fields = new QueryFields(query);
        var found = new Dictionary<string, UsageProblem>(StringComparer.Ordinal);
        foreach (var name in Fields.Where(fields.StandsTwice))
        {
            found[name] = UsageProblem.Twice;
        }

        var (preset, days) = RangeOf(fields, today, found);
        problems = found;
        return new UsageFilter
        {
            Preset = preset,
            Days = days,
            Type = TypeOf(fields, "type", found) ?? UsageDataType.Users,
            Sort = fields.Text("sort"),
            IsAscending = fields.Text("order") == "asc",
            Search = fields.Text("search") is { } search ? search[..Math.Min(search.Length, 200)] : null,
            Page = fields.Page() ?? 1,
            Open = fields.Text("open"),
            IsExtended = LayoutOf(fields, found),
            IncludesInactive = BooleanOf(fields, "includeInactive", found) ?? true,
            Export = TypeOf(fields, "export", found),
        };
    }

    /// <summary>Days to export; null: none chosen.</summary>
    /// <param name="today">In the organisation's zone.</param>
    public DateRange? Chosen(DateOnly today, DayOfWeek firstDayOfWeek) => Preset?.Resolve(today, firstDayOfWeek) ?? Days;

    /// <summary>Days to show: this month where none are chosen.</summary>
    public DateRange Resolve(DateOnly today, DayOfWeek firstDayOfWeek) =>
        Chosen(today, firstDayOfWeek) ?? RangePreset.ThisMonth.Resolve(today, firstDayOfWeek);

    /// <summary>The query string that <see cref="Parse"/> reads, with its question mark; empty for the page without state.</summary>
    public string ToQueryString() => new QueryText()
        .AddRange(Preset, Days)
        .Add("type", Type == UsageDataType.Users ? null : UsageDataTypes.NameOf(Type))
        .Add("sort", Sort).Add("order", IsAscending ? "asc" : null).Add("search", Search)
        .AddPage(Page)
        .Add("open", Open)
        .Add("layout", IsExtended ? ExtendedLayout : null)
        .Add("includeInactive", IncludesInactive ? null : "false")
        .Add("export", Export is { } export ? UsageDataTypes.NameOf(export) : null)
        .ToString();

    private static (RangePreset? Preset, DateRange? Days) RangeOf(
        QueryFields fields, DateOnly today, Dictionary<string, UsageProblem> problems)
    {
        var (from, to) = (DayOf(fields, "from", problems), DayOf(fields, "to", problems));
        if (fields.Text("range") is { } name)
        {
            if (!RangePresets.Names.TryGetValue(name, out var preset))
            {
                problems["range"] = UsageProblem.UnknownRange;
            }
            else if (fields.Text("from") is not null || fields.Text("to") is not null)
            {
                problems["range"] = UsageProblem.RangeAndDays;
            }
            else
            {
                return (preset, null);
            }

            return default;
        }

        if (problems.ContainsKey("from") || problems.ContainsKey("to") || (from ?? to) is null)
        {
            return default;
        }

        if (from is not { } first || to is not { } last)
        {
            problems[from is null ? "from" : "to"] = UsageProblem.Missing;
            return default;
        }

        if (last < first)
        {
            problems["to"] = UsageProblem.Reversed;
        }
        else if (first < UsageScope.FirstDay(today))
        {
            problems["from"] = UsageProblem.TooOld;
        }
        else if (first > today)
        {
            problems["from"] = UsageProblem.NotYet;
        }
        else if (last > LastDay(today))
        {
            problems["to"] = UsageProblem.TooLate;
        }
        else
        {
            return (null, new DateRange(first, last));
        }

        return default;
    }

    private static DateOnly? DayOf(QueryFields fields, string name, Dictionary<string, UsageProblem> problems)
    {
        if (fields.Text(name) is not { } text)
        {
            return null;
        }

        if (DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day))
        {
            return day;
        }

        problems[name] = UsageProblem.NotADay;
        return null;
    }

    private static UsageDataType? TypeOf(
        QueryFields fields, string name, Dictionary<string, UsageProblem> problems)
    {
        var type = UsageDataTypes.Find(fields.Text(name));
        if (type is null && fields.Text(name) is not null)
        {
            problems[name] = UsageProblem.UnknownType;
        }

        return type;
    }

    private static bool LayoutOf(QueryFields fields, Dictionary<string, UsageProblem> problems)
    {
        if (fields.Text("layout") is { } layout and not ExtendedLayout)
        {
            problems["layout"] = UsageProblem.UnknownLayout;
        }

        return fields.Text("layout") == ExtendedLayout;
    }

    private static bool? BooleanOf(QueryFields fields, string name, Dictionary<string, UsageProblem> problems)
    {
        switch (fields.Text(name))
        {
            case null:
                return null;
            case "true":
                return true;
            case "false":
                return false;
            default:
                problems[name] = UsageProblem.NoBoolean;
                return null;
        }
    }
}
