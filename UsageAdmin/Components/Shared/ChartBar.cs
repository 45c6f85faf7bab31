namespace UsageAdmin.Components.Shared;

/// <summary>One column or bar of a chart.</summary>
/// <param name="Axis">Short label below a column.</param>
/// <param name="Href">Where a click leads, usually the page narrowed to what the column stands for; null: nowhere.</param>
/// <param name="IsPartial">Counts something that has not ended; drawn hatched.</param>
public sealed record ChartBar(string Label, string Axis, long Value, string? Href = null, bool IsPartial = false);
