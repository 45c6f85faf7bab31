using System.Globalization;
using System.Text;
using Microsoft.Extensions.Primitives;
using UsageAdmin.Data.Schema;
using UsageAdmin.Exports;

namespace UsageAdmin.Activity;

/// <summary>What a conversation has to carry to be shown. Names in URLs are lower-case.</summary>
public enum FlaggedAs
{
    /// <summary>At least one of the three feedback flags; moderation is no flag.</summary>
    Any,
    Biased,
    Inaccurate,
    Inappropriate,
    Moderated,
}

/// <summary>
/// The state of the Activity page as its query string holds it: page, figures and file select by the same filter. Ids are
/// public ids as they stand in URLs. Days are those of the organisation's zone, both inclusive.
/// </summary>
public sealed record ActivityFilter
{
    /// <summary>The most days that one export holds (document 000).</summary>
    public const int MaxExportDays = 31;

    public static readonly ActivityFilter Empty = new();

    /// <summary>A range that moves with the calendar; excludes <see cref="Days"/>.</summary>
    public RangePreset? Preset { get; init; }

    public DateRange? Days { get; init; }

    public IReadOnlyList<string> Users { get; init; } = [];

    public IReadOnlyList<string> Apps { get; init; } = [];

    public IReadOnlyList<string> Sections { get; init; } = [];

    public FlaggedAs? Flag { get; init; }

    /// <summary>Page of the table, from 1.</summary>
    public int Page { get; init; } = 1;

    /// <summary>Whether anything but the range narrows the selection.</summary>
    public bool IsNarrowed => Users.Count + Apps.Count + Sections.Count > 0 || Flag is not null;

    /// <summary>The chosen days on <paramref name="today"/> (a day of the organisation's zone); null: no range.</summary>
    public DateRange? Resolve(DateOnly today, DayOfWeek firstDayOfWeek) =>
        Preset?.Resolve(today, firstDayOfWeek) ?? Days;

    /// <summary>A longer range in parts that can be exported: whole months where it starts with one, else of 31 days.</summary>
    public static IEnumerable<DateRange> Parts(DateRange range)
    {
        for (var from = range.From; from <= range.To;)
        {
            var to = from.Day == 1 ? from.AddMonths(1).AddDays(-1) : from.AddDays(MaxExportDays - 1);
            to = to > range.To ? range.To : to;
            yield return new DateRange(from, to);
            from = to.AddDays(1);
        }
    }

    /// <summary>
    /// Reads a query string. What cannot be read is left out of the filter and named in <paramref name="problems"/>:
    /// field → what is wrong with it. Unknown fields are ignored.
    /// </summary>
    public static ActivityFilter Parse(
        IEnumerable<KeyValuePair<string, StringValues>> query, out IReadOnlyDictionary<string, string[]> problems)
    {
        var found = new Dictionary<string, string[]>(StringComparer.Ordinal);
        var fields = query.ToDictionary(f => f.Key, f => f.Value, StringComparer.Ordinal);
        var from = Day(fields, "from", found);
        var to = Day(fields, "to", found);
        var filter = new ActivityFilter
        {
            Preset = PresetOf(fields, found),
            Users = Ids(fields, "user"),
            Apps = Ids(fields, "app"),
            Sections = Ids(fields, "section"),
            Flag = FlagOf(fields, found),
            Page = PageOf(fields, found),
        };
        if (filter.Preset is not null && (from ?? to) is not null)
        {
            found["range"] = ["Give either range, or from and to."];
            filter = filter with { Preset = null };
        }
        else if (from is { } first && to is { } last)
        {
            if (last < first)
            {
                found["to"] = [$"Must not be before from ({first:yyyy-MM-dd})."];
            }
            else
            {
                filter = filter with { Days = new DateRange(first, last) };
            }
        }
        else if (from is not null && !found.ContainsKey("to"))
        {
            found["to"] = ["Is missing: from and to go together."];
        }
        else if (to is not null && !found.ContainsKey("from"))
        {
            found["from"] = ["Is missing: from and to go together."];
        }

        problems = found;
        return filter;
    }

    /// <summary>The query string that <see cref="Parse"/> reads back, with its question mark; empty for the empty filter.</summary>
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

        foreach (var (name, ids) in new[] { ("user", Users), ("app", Apps), ("section", Sections) })
        {
            foreach (var id in ids)
            {
                Add(name, id);
            }
        }

        if (Flag is { } flag)
        {
            Add("flag", NameOf(flag));
        }

        if (Page > 1)
        {
            Add("page", Page.ToString(CultureInfo.InvariantCulture));
        }

        return text.ToString();

        void Add(string name, string value) => text.Append(text.Length == 0 ? '?' : '&').Append(name).Append('=')
            .Append(Uri.EscapeDataString(value));
    }

    /// <summary>What a message carries that is flagged so.</summary>
    public static MessageMarks MarksOf(FlaggedAs flag) => flag switch
    {
        FlaggedAs.Any => MessageMarks.AnyFeedback,
        FlaggedAs.Biased => MessageMarks.Biased,
        FlaggedAs.Inaccurate => MessageMarks.Inaccurate,
        FlaggedAs.Inappropriate => MessageMarks.Inappropriate,
        _ => MessageMarks.Moderated,
    };

    /// <summary>The flag of that name; null: there is none.</summary>
    internal static FlaggedAs? FlagOf(string? name)
    {
        foreach (var flag in Enum.GetValues<FlaggedAs>())
        {
            if (NameOf(flag) == name)
            {
                return flag;
            }
        }

        return null;
    }

    public static string NameOf(FlaggedAs flag) => flag.ToString().ToLowerInvariant();

    public bool Equals(ActivityFilter? other) => other is not null && ToQueryString() == other.ToQueryString();

    public override int GetHashCode() => StringComparer.Ordinal.GetHashCode(ToQueryString());

    private static DateOnly? Day(
        Dictionary<string, StringValues> fields, string name, Dictionary<string, string[]> problems)
    {
        if (Single(fields, name) is not { } text)
        {
            return null;
        }

        if (DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)
            && day.Year is >= 1970 and <= 9000)
        {
            return day;
        }

        problems[name] = ["Must be a day as YYYY-MM-DD."];
        return null;
    }

    private static RangePreset? PresetOf(Dictionary<string, StringValues> fields, Dictionary<string, string[]> problems)
    {
        if (Single(fields, "range") is not { } text)
        {
            return null;
        }

        if (RangePresets.Names.TryGetValue(text, out var preset))
        {
            return preset;
        }

        problems["range"] = [$"Must be one of {string.Join(", ", RangePresets.Names.Keys)}."];
        return null;
    }

    private static FlaggedAs? FlagOf(Dictionary<string, StringValues> fields, Dictionary<string, string[]> problems)
    {
        if (Single(fields, "flag") is not { } text)
        {
            return null;
        }

        if (FlagOf(text) is { } flag)
        {
            return flag;
        }

        problems["flag"] = [$"Must be one of {string.Join(", ", Enum.GetValues<FlaggedAs>().Select(NameOf))}."];
        return null;
    }

    private static int PageOf(Dictionary<string, StringValues> fields, Dictionary<string, string[]> problems)
    {
        if (Single(fields, "page") is not { } text)
        {
            return 1;
        }

        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var page) && page is >= 1 and <= 1_000_000)
        {
            return page;
        }

        problems["page"] = ["Must be a number from 1 to 1000000."];
        return 1;
    }

    private static List<string> Ids(Dictionary<string, StringValues> fields, string name) =>
        fields.TryGetValue(name, out var values)
            ? [.. values.Where(v => !string.IsNullOrEmpty(v)).Select(v => v!).Distinct(StringComparer.Ordinal)]
            : [];

    private static string? Single(Dictionary<string, StringValues> fields, string name) =>
        fields.TryGetValue(name, out var values) && !string.IsNullOrEmpty(values.LastOrDefault()) ? values.Last() : null;
}
