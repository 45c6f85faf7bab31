namespace UsageAdmin.Activity;

/// <summary>Names the texts of the Activity pages: ActivityTexts.resx and its languages.</summary>
public sealed class ActivityTexts;
