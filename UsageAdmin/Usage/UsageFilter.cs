using System.Globalization;
using System.Text;
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
        var fields = query.GroupBy(f => f.Key, StringComparer.Ordinal)
            .ToDictionary(f => f.Key, f => f.Last().Value.LastOrDefault() ?? "", StringComparer.Ordinal);
        var found = new Dictionary<string, UsageProblem>(StringComparer.Ordinal);
        var (preset, days) = RangeOf(fields, today, found);
        problems = found;
        return new UsageFilter
        {
            Preset = preset,
            Days = days,
            Type = TypeOf(fields, "type", found) ?? UsageDataType.Users,
            Sort = Given(fields, "sort"),
            IsAscending = Given(fields, "order") == "asc",
            Search = Given(fields, "search") is { } search ? search[..Math.Min(search.Length, 200)] : null,
            Page = Given(fields, "page") is { } page
                && int.TryParse(page, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number is >= 1 and <= 1_000_000
                    ? number
                    : 1,
            Open = Given(fields, "open"),
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
    public string ToQueryString()
    {
        var text = new StringBuilder();
        if (Preset is { } preset)
        {
            Add("range", RangePresets.NameOf(preset));
        }
        else if (Days is { } days)
        {
            Add("from", days.From.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
            Add("to", days.To.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
        }

        AddUnless("type", UsageDataTypes.NameOf(Type), Type == UsageDataType.Users);
        AddUnless("sort", Sort, Sort is null);
        AddUnless("order", "asc", !IsAscending);
        AddUnless("search", Search, Search is null);
        AddUnless("page", Page.ToString(CultureInfo.InvariantCulture), Page == 1);
        AddUnless("open", Open, Open is null);
        AddUnless("layout", ExtendedLayout, !IsExtended);
        AddUnless("includeInactive", "false", IncludesInactive);
        if (Export is { } export)
        {
            Add("export", UsageDataTypes.NameOf(export));
        }

        return text.ToString();

        void AddUnless(string name, string? value, bool isDefault)
        {
            if (!isDefault)
            {
                Add(name, value!);
            }
        }

        void Add(string name, string value) => text.Append(text.Length == 0 ? '?' : '&').Append(name).Append('=')
            .Append(Uri.EscapeDataString(value));
    }

    private static (RangePreset? Preset, DateRange? Days) RangeOf(
        Dictionary<string, string> fields, DateOnly today, Dictionary<string, UsageProblem> problems)
    {
        var (from, to) = (DayOf(fields, "from", problems), DayOf(fields, "to", problems));
        if (Given(fields, "range") is { } name)
        {
            if (!RangePresets.Names.TryGetValue(name, out var preset))
            {
                problems["range"] = UsageProblem.UnknownRange;
            }
            else if (Given(fields, "from") is not null || Given(fields, "to") is not null)
            {
                problems["range"] = UsageProblem.RangeAndDays;
            }
            else
            {
                return (preset, null);
            }

            return default;
        }

        if (problems.Count > 0 || (from ?? to) is null)
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

    private static DateOnly? DayOf(Dictionary<string, string> fields, string name, Dictionary<string, UsageProblem> problems)
    {
        if (Given(fields, name) is not { } text)
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
        Dictionary<string, string> fields, string name, Dictionary<string, UsageProblem> problems)
    {
        var type = UsageDataTypes.Find(Given(fields, name));
        if (type is null && Given(fields, name) is not null)
        {
            problems[name] = UsageProblem.UnknownType;
        }

        return type;
    }

    private static bool LayoutOf(Dictionary<string, string> fields, Dictionary<string, UsageProblem> problems)
    {
        if (Given(fields, "layout") is { } layout and not ExtendedLayout)
        {
            problems["layout"] = UsageProblem.UnknownLayout;
        }

        return Given(fields, "layout") == ExtendedLayout;
    }

    private static bool? BooleanOf(Dictionary<string, string> fields, string name, Dictionary<string, UsageProblem> problems)
    {
        switch (Given(fields, name))
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

    private static string? Given(Dictionary<string, string> fields, string name) =>
        fields.TryGetValue(name, out var value) && value.Length > 0 ? value : null;
}
