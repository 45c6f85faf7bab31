using System.Collections;

namespace UsageAdmin.Usage;

/// <summary>
/// A row for each entry of each row's map. Their number is known before any is written, so that a workbook that would be
/// too long is refused before the work.
/// </summary>
internal sealed class UnfoldedRows<TRow>(IReadOnlyList<TRow> rows, Func<TRow, IReadOnlyList<UsageCount>> entries)
    : IReadOnlyCollection<(TRow Row, UsageCount Entry)>
{
    public int Count { get => field < 0 ? field = rows.Sum(row => entries(row).Count) : field; } = -1;

    public IEnumerator<(TRow Row, UsageCount Entry)> GetEnumerator() =>
        rows.SelectMany(row => entries(row).Select(entry => (row, entry))).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
