namespace UsageAdmin.Ingest.Json;

/// <summary>
/// What was odd about one conversation and read all the same: one problem per kind, however often it occurs, so that a
/// file cannot flood the report.
/// </summary>
internal sealed class Remarks
{
    private readonly SortedDictionary<string, (int Count, string Field, string Text)> _kinds =
        new(StringComparer.Ordinal);

    /// <param name="text">What happens to it; the first of each kind is told.</param>
    public void Add(string code, string field, string text) =>
        _kinds[code] = _kinds.TryGetValue(code, out var known) ? known with { Count = known.Count + 1 } : (1, field, text);

    public IEnumerable<ProblemItem> Of(string subject, long line) =>
        _kinds.Select(kind => new ProblemItem(
            Refused: false, kind.Key, kind.Value.Field, $"{subject}: {kind.Value.Text} ({kind.Value.Count} ×)")
        {
            Line = line,
        });
}
