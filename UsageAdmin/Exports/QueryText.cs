using System.Globalization;
using System.Text;

namespace UsageAdmin.Exports;

/// <summary>A query string while it is written: the fields that are given, in order, with its question mark; empty without any.</summary>
public sealed class QueryText
{
    private readonly StringBuilder _text = new();

    /// <param name="value">Null: the field is left out.</param>
    public QueryText Add(string name, string? value)
    {
        if (value is not null)
        {
            _text.Append(_text.Length == 0 ? '?' : '&').Append(name).Append('=').Append(Uri.EscapeDataString(value));
        }

        return this;
    }

    public QueryText Add(string name, IEnumerable<string> values)
    {
        foreach (var value in values)
        {
            Add(name, value);
        }

        return this;
    }

    /// <summary>The first page has no field.</summary>
    public QueryText AddPage(int page) => Add("page", page > 1 ? page.ToString(CultureInfo.InvariantCulture) : null);

    /// <summary>As <see cref="QueryFields.Range"/> reads it.</summary>
    public QueryText AddRange(RangePreset? preset, DateRange? days) => preset is { } moving
        ? Add("range", RangePresets.NameOf(moving))
        : Add("from", days?.From.ToString("O", CultureInfo.InvariantCulture))
            .Add("to", days?.To.ToString("O", CultureInfo.InvariantCulture));

    public override string ToString() => _text.ToString();
}
