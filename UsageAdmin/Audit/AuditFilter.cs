using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Primitives;
using UsageAdmin.Exports;

namespace UsageAdmin.Audit;

/// <summary>
/// The state of the audit page as its query string holds it: page and file select by the same filter. Days are those of
/// the organisation's zone, both inclusive.
/// </summary>
public sealed partial record AuditFilter
{
    /// <summary>A range that moves with the calendar; excludes <see cref="Days"/>.</summary>
    public RangePreset? Preset { get; init; }

    public DateRange? Days { get; init; }

    /// <summary>What was done to: the part of the action before its dot, <c>export</c> for example.</summary>
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
        var found = new Dictionary<string, string[]>(StringComparer.Ordinal);
        problems = found;
        var fields = query.ToDictionary(f => f.Key, f => f.Value.LastOrDefault()?.Trim(), StringComparer.Ordinal);
        var (from, to) = (Day(fields, "from", found), Day(fields, "to", found));
        if (from > to)
        {
            found["to"] = [$"Must not be before from ({from:yyyy-MM-dd})."];
        }
        else if (from is null != to is null && found.Count == 0)
        {
            found[from is null ? "from" : "to"] = ["Is missing: from and to go together."];
        }

        var range = Text(fields, "range");
        var preset = range is not null && RangePresets.Names.TryGetValue(range, out var known) ? known : default(RangePreset?);
        if (range is not null && preset is null)
        {
            found["range"] = [$"Must be one of {string.Join(", ", RangePresets.Names.Keys)}."];
        }
        else if (preset is not null && (from ?? to) is not null)
        {
            found["range"] = ["Give either range, or from and to."];
        }

        var group = Text(fields, "action");
        if (group is not null && !GroupShape().IsMatch(group))
        {
            found["action"] = ["Must be what stands before the dot of an action, export for example."];
            group = null;
        }

        return new AuditFilter
        {
            Preset = found.ContainsKey("range") ? null : preset,
            Days = preset is null && from is { } first && to is { } last && first <= last ? new DateRange(first, last) : null,
            Group = group,
            Actor = Text(fields, "actor"),
            Workspace = Text(fields, "workspace"),
            Person = Text(fields, "person"),
            Page = int.TryParse(Text(fields, "page"), NumberStyles.None, CultureInfo.InvariantCulture, out var page)
                && page is >= 1 and <= 1_000_000 ? page : 1,
        };
    }

    /// <summary>The query string that <see cref="Parse"/> reads back, with its question mark; empty for the empty filter.</summary>
    public string ToQueryString()
    {
        var text = new StringBuilder();
        Add("range", Preset is { } preset ? RangePresets.NameOf(preset) : null);
        Add("from", Days?.From.ToString("O", CultureInfo.InvariantCulture));
        Add("to", Days?.To.ToString("O", CultureInfo.InvariantCulture));
        Add("action", Group);
        Add("actor", Actor);
        Add("workspace", Workspace);
        Add("person", Person);
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

    [GeneratedRegex(@"\A[a-z-]{1,40}\z")]
    private static partial Regex GroupShape();

    private static string? Text(Dictionary<string, string?> fields, string name) =>
        fields.GetValueOrDefault(name) is { Length: > 0 and <= 200 } text ? text : null;

    private static DateOnly? Day(Dictionary<string, string?> fields, string name, Dictionary<string, string[]> problems)
    {
        if (Text(fields, name) is not { } text)
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
}
