using System.Globalization;
using System.Text.RegularExpressions;

namespace UsageAdmin.Data.PostgreSql;

/// <summary>
/// SQL with the parameters <c>?1</c>, <c>?7</c> as PostgreSQL has them: <c>$1</c>, <c>$2</c>, without numbers that nobody
/// uses, whose type it could not tell.
/// </summary>
internal sealed partial class NumberedParameters
{
    private readonly int[] _places;

    public NumberedParameters(string sql)
    {
        var used = Parameter().Matches(sql).Select(Number).Distinct().Order().ToArray();
        _places = new int[used.LastOrDefault() + 1];
        for (var place = 0; place < used.Length; place++)
        {
            _places[used[place]] = place + 1;
        }

        Count = used.Length;
        Text = Parameter().Replace(sql, match => string.Create(CultureInfo.InvariantCulture, $"${_places[Number(match)]}"));
    }

    public string Text { get; }

    public int Count { get; }

    /// <summary>From 0.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The statement has no such parameter.</exception>
    public int PlaceOf(int parameter) =>
        parameter > 0 && parameter < _places.Length && _places[parameter] > 0
            ? _places[parameter] - 1
            : throw new ArgumentOutOfRangeException(nameof(parameter), parameter, "The statement has no such parameter.");

    private static int Number(Match match) => int.Parse(match.ValueSpan[1..], CultureInfo.InvariantCulture);

    [GeneratedRegex(@"\?\d+")]
    private static partial Regex Parameter();
}
