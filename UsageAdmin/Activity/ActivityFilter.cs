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

    private static readonly Dictionary<string, FlaggedAs> Flags =
        Enum.GetValues<FlaggedAs>().ToDictionary(NameOf, StringComparer.Ordinal);

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
        var fields = new QueryFields(query);
        var (preset, days) = fields.Range();
        var filter = new ActivityFilter
        {
            Preset = preset,
            Days = days,
            Users = fields.Ids("user"),
            Apps = fields.Ids("app"),
            Sections = fields.Ids("section"),
            Flag = fields.Named("flag", Flags),
            Page = PageOf(fields),
        };
        problems = fields.Problems;
        return filter;
    }

    /// <summary>The query string that <see cref="Parse"/> reads back, with its question mark; empty for the empty filter.</summary>
    public string ToQueryString() => new QueryText()
        .AddRange(Preset, Days)
        .Add("user", Users).Add("app", Apps).Add("section", Sections)
        .Add("flag", Flag is { } flag ? NameOf(flag) : null)
        .AddPage(Page)
        .ToString();

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
    internal static FlaggedAs? FlagOf(string? name) => name is not null && Flags.TryGetValue(name, out var flag) ? flag : null;

    public static string NameOf(FlaggedAs flag) => flag.ToString().ToLowerInvariant();

    public bool Equals(ActivityFilter? other) => other is not null && ToQueryString() == other.ToQueryString();

    public override int GetHashCode() => StringComparer.Ordinal.GetHashCode(ToQueryString());

    private static int PageOf(QueryFields fields)
    {
        if (fields.Page() is { } page)
        {
            return page;
        }

        fields.Wrong("page", "Must be a number from 1 to 1000000.");
        return 1;
    }
}
