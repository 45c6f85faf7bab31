using System.Globalization;

namespace UsageAdmin.Benchmarks;

internal static class Figures
{
    /// <summary>Smallest, median and largest as cells of a table.</summary>
    public static string Row(List<double> values)
    {
        var sorted = values.Order().ToList();
        return string.Create(
            CultureInfo.InvariantCulture, $"{sorted[0]:f3} | {sorted[sorted.Count / 2]:f3} | {sorted[^1]:f3}");
    }
}
