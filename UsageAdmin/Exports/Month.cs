using System.Globalization;
using System.Text.Json.Serialization;

namespace UsageAdmin.Exports;

/// <summary>A calendar month, whatever the zone.</summary>
/// <param name="Number">1 to 12.</param>
public readonly record struct Month(int Year, int Number) : IComparable<Month>
{
    private int Index => (Year * 12) + Number - 1;

    [JsonIgnore]
    public DateOnly FirstDay => new(Year, Number, 1);

    [JsonIgnore]
    public DateOnly LastDay => FirstDay.AddMonths(1).AddDays(-1);

    public static Month Of(DateOnly day) => new(day.Year, day.Month);

    /// <summary>The month that <c>YYYY-MM</c> names; null for any other text, and outside of 1970 to 9000.</summary>
    public static Month? Parse(string text) =>
        DateOnly.TryParseExact(text, "yyyy-MM", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)
        && day.Year is >= 1970 and <= 9000
            ? Of(day)
            : null;

    public Month Plus(int months) => new((Index + months) / 12, ((Index + months) % 12) + 1);

    /// <summary>Months from <paramref name="earlier"/> to this one; 0 for the same.</summary>
    public int Since(Month earlier) => Index - earlier.Index;

    public int CompareTo(Month other) => Index.CompareTo(other.Index);

    /// <summary><c>YYYY-MM</c>.</summary>
    public override string ToString() => FirstDay.ToString("yyyy-MM", CultureInfo.InvariantCulture);

    public static bool operator <(Month a, Month b) => a.Index < b.Index;

    public static bool operator >(Month a, Month b) => a.Index > b.Index;

    public static bool operator <=(Month a, Month b) => a.Index <= b.Index;

    public static bool operator >=(Month a, Month b) => a.Index >= b.Index;
}

/// <summary>Calendar months, both inclusive.</summary>
public readonly record struct MonthRange(Month From, Month To)
{
    /// <summary>1 where it starts with the month it ends with.</summary>
    [JsonIgnore]
    public int Count => To.Since(From) + 1;

    [JsonIgnore]
    public DateRange Days => new(From.FirstDay, To.LastDay);

    [JsonIgnore]
    public IEnumerable<Month> Months
    {
        get
        {
            for (var month = From; month <= To; month = month.Plus(1))
            {
                yield return month;
            }
        }
    }

    public override string ToString() => $"{From}..{To}";
}
