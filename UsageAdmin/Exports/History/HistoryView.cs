namespace UsageAdmin.Exports.History;

/// <summary>Everything that a history page shows for a filter. Goes from prerendering to the circuit as JSON.</summary>
/// <param name="Place">Id of the workspace or organisation, as in the address, with <paramref name="Query"/>: what it was loaded for.</param>
/// <param name="Kinds">The kinds that the reader can choose from.</param>
/// <param name="ExportsEnabled">False: nothing can be downloaded or made any more.</param>
/// <param name="Total">Of the filter, over all pages.</param>
public sealed record HistoryView(
    string Place, string Query, string Name, string TimeZone, bool ExportsEnabled, IReadOnlyList<string> Kinds,
    IReadOnlyList<HistoryRow> Rows, int Total)
{
    /// <summary>Rows of a page.</summary>
    public const int PageSize = 50;

    public bool HasActive => Rows.Any(r => r.IsActive);
}

/// <summary>What of an export is shown when its row is unfolded.</summary>
/// <param name="Parameters">Name and value.</param>
/// <param name="Totals">Control totals of the file, by path.</param>
public sealed record HistoryDetails(
    IReadOnlyList<(string Name, string Value)> Parameters, IReadOnlyList<(string Name, string Value)> Totals);
