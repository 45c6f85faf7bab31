namespace UsageAdmin.Data;

/// <summary>How far a source's data reaches (decisions.md 27).</summary>
public sealed record DataReach(string Source, string Format, DateTime? DataUntilUtc, DateTime? ImportedAtUtc)
{
    /// <summary>A row per source of the workspaces, the one that reaches furthest first.</summary>
    public static IReadOnlyList<DataReach> Read(UsageSession session, IEnumerable<long> workspaceIds)
    {
        var reach = new List<DataReach>();
        foreach (var workspaceId in workspaceIds)
        {
            var row = session.Prepare("SELECT name, format, data_until, last_import_at FROM source WHERE workspace_id = ?1")
                .Bind(1, workspaceId);
            while (row.Step())
            {
                reach.Add(new DataReach(row.Text(0)!, row.Text(1)!, Instant(row, 2), Instant(row, 3)));
            }
        }

        return [.. reach.OrderByDescending(r => r.DataUntilUtc).ThenBy(r => r.Source, StringComparer.Ordinal)];
    }

    private static DateTime? Instant(Statement row, int column) =>
        row.NullableNumber(column) is { } milliseconds ? UnixMilliseconds.ToUtc(milliseconds) : null;
}
