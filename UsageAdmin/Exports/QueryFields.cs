using System.Globalization;
using Microsoft.Extensions.Primitives;

namespace UsageAdmin.Exports;

/// <summary>
/// The fields of a query string while a filter is read from them, and what is wrong with them. A field that has one value
/// and stands twice is refused, because nobody can know which one was meant.
/// </summary>
public sealed class QueryFields
{
    private const int LastPage = 1_000_000;

    /// <summary>All that one export or another can be narrowed by.</summary>
    private static readonly string[] Filters =
        ["user", "app", "section", "flag", "workspace", "person", "actor", "action", "group_by"];

    private static readonly string[] Foreign = ["This export cannot be narrowed by it: leave it out."];

    private readonly Dictionary<string, StringValues> _values;
    private readonly Dictionary<string, string[]> _problems = new(StringComparer.Ordinal);

    public QueryFields(IEnumerable<KeyValuePair<string, StringValues>> query) => _values = query
        .GroupBy(f => f.Key, StringComparer.Ordinal)
        .ToDictionary(g => g.Key, g => new StringValues([.. g.SelectMany(f => f.Value)]), StringComparer.Ordinal);

    /// <summary>Field → what would be right, in English.</summary>
    public IReadOnlyDictionary<string, string[]> Problems => _problems;

    /// <summary>
    /// Filters of other exports in a query string, with what to do about them: a file made without them would hold more than
    /// was asked for.
    /// </summary>
    /// <param name="own">Filters that the export has.</param>
    public static IReadOnlyDictionary<string, string[]> ForeignFilters(
        IEnumerable<KeyValuePair<string, StringValues>> query, params string[] own) =>
        query.Select(f => f.Key).Where(name => Filters.Contains(name) && !own.Contains(name))
            .Distinct(StringComparer.Ordinal).ToDictionary(name => name, _ => Foreign, StringComparer.Ordinal);

    public void Wrong(string name, string sentence) => _problems[name] = [sentence];

    public bool StandsTwice(string name) => _values.TryGetValue(name, out var values) && values.Count > 1;

    /// <summary>Null: not given, empty, or it stands twice.</summary>
    public string? Text(string name)
    {
        if (StandsTwice(name))
        {
            Wrong(name, "Stands twice.");
            return null;
        }

        return _values.TryGetValue(name, out var values) && values.ToString() is { Length: > 0 } text ? text : null;
    }

    /// <summary>As <see cref="Text"/>, without blanks around it.</summary>
    public string? Word(string name) => Text(name)?.Trim() is { Length: > 0 } word ? word : null;

    /// <summary>Each once, in order.</summary>
    public IReadOnlyList<string> Ids(string name) => _values.TryGetValue(name, out var values)
        ? [.. values.Where(v => !string.IsNullOrEmpty(v)).Select(v => v!).Distinct(StringComparer.Ordinal)]
        : [];

    /// <summary>From 1, which is the one without a field; null: no page.</summary>
    public int? Page() => Text("page") is not { } text ? 1
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var page) && page is >= 1 and <= LastPage ? page
        : null;

    /// <summary>One of <paramref name="names"/>; null: not given, or another.</summary>
    public T? Named<T>(string name, IReadOnlyDictionary<string, T> names)
        where T : struct
    {
        if (Word(name) is not { } text)
        {
            return null;
        }

        if (names.TryGetValue(text, out var value))
        {
            return value;
        }

        Wrong(name, $"Must be one of {string.Join(", ", names.Keys)}.");
        return null;
    }

    /// <summary><c>range</c>, or <c>from</c> and <c>to</c>: days, both inclusive. At most one of the two is given.</summary>
    public (RangePreset? Preset, DateRange? Days) Range()
    {
        var (from, to) = (Day("from"), Day("to"));
        if (Named("range", RangePresets.Names) is { } preset)
        {
            if ((from ?? to) is null)
            {
                return (preset, null);
            }

            Wrong("range", "Give either range, or from and to.");
        }
        else if (from is { } first && to is { } last)
        {
            if (first <= last)
            {
                return (null, new DateRange(first, last));
            }

            Wrong("to", $"Must not be before from ({first:yyyy-MM-dd}).");
        }
        else if ((from ?? to) is not null && !_problems.ContainsKey(from is null ? "from" : "to"))
        {
            Wrong(from is null ? "from" : "to", "Is missing: from and to go together.");
        }

        return default;
    }

    private DateOnly? Day(string name)
    {
        if (Word(name) is not { } text)
        {
            return null;
        }

        if (DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)
            && day.Year is >= 1970 and <= 9000)
        {
            return day;
        }

        Wrong(name, "Must be a day as YYYY-MM-DD.");
        return null;
    }
}
