using System.Globalization;
using UsageAdmin.Components.Shared;

namespace UsageAdmin.Usage;

/// <summary>Figures as the reader's language writes them.</summary>
internal static class Figure
{
    /// <summary>With as many decimals as say something: cents, and behind them where there are no cents.</summary>
    public static string Dollars(decimal dollars)
    {
        var number = dollars.ToString(dollars is 0 or >= .995m ? "N2" : "N4", CultureInfo.CurrentCulture);
        return CultureInfo.CurrentUICulture.TwoLetterISOLanguageName == "de" ? $"{number}\u00a0$" : $"${number}";
    }

    /// <summary>Milliseconds below a second, then seconds and minutes.</summary>
    public static string Duration(decimal milliseconds) => milliseconds switch
    {
        < 999.5m => $"{milliseconds.ToString("N0", CultureInfo.CurrentCulture)}\u00a0ms",
        < 59_950m => $"{(milliseconds / 1000).ToString("N1", CultureInfo.CurrentCulture)}\u00a0s",
        _ => $"{(milliseconds / 60_000).ToString("N1", CultureInfo.CurrentCulture)}\u00a0min",
    };

    /// <summary>A cell of the table; null: there is nothing, or a word that needs a text.</summary>
    /// <param name="exact">As files write it.</param>
    public static string? Shown(FigureKind kind, string exact) => exact.Length == 0
        ? null
        : kind switch
        {
            FigureKind.Count => Display.Number(long.Parse(exact, CultureInfo.InvariantCulture)),
            FigureKind.Average => Display.Decimal(Number(exact)),
            FigureKind.Share => Display.Share((double)Number(exact)),
            FigureKind.Milliseconds => Duration(Number(exact)),
            FigureKind.Day => Display.Day(DateOnly.ParseExact(exact, "yyyy-MM-dd", CultureInfo.InvariantCulture)),
            FigureKind.Dollars => Dollars(Number(exact)),
            FigureKind.Text => exact,
            _ => null,
        };

    private static decimal Number(string exact) => decimal.Parse(exact, CultureInfo.InvariantCulture);
}
