namespace UsageAdmin.Components.Shared;

/// <summary>One column of a chart and one row of its table.</summary>
/// <param name="Axis">Short label below the chart.</param>
/// <param name="Href">Where a click leads, usually the page narrowed to what the column stands for.</param>
public sealed record ChartBar(string Label, string Axis, long Value, string Href);
