namespace UsageAdmin.Components.Shared;

/// <summary>A row of the table that stands beside a chart.</summary>
/// <param name="Cells">One for each heading behind the first, as shown.</param>
public sealed record ChartRow(string Label, IReadOnlyList<string> Cells, string? Href = null);
