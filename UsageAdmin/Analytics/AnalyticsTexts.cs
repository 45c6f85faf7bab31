namespace UsageAdmin.Analytics;

/// <summary>Names the texts of the Org Analytics page: AnalyticsTexts.resx and its languages.</summary>
public sealed class AnalyticsTexts;
