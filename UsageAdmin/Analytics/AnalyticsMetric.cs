namespace UsageAdmin.Analytics;

/// <summary>What the chart over time shows; <c>chart=</c> in the page's address, in lower case, absent for the first.</summary>
public enum AnalyticsMetric
{
    Messages,
    Conversations,
    People,
}

internal static class AnalyticsMetrics
{
    public static AnalyticsMetric Parse(string? name) =>
        Enum.GetValues<AnalyticsMetric>().FirstOrDefault(m => NameOf(m) == name);

    public static string NameOf(AnalyticsMetric metric) => metric.ToString().ToLowerInvariant();

    public static long Of(this AnalyticsMetric metric, GeneralFigures figures) => metric switch
    {
        AnalyticsMetric.Messages => figures.MessagesTotal,
        AnalyticsMetric.Conversations => figures.Sessions,
        _ => figures.MembersActive,
    };
}
