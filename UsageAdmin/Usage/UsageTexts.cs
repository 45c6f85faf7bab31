namespace UsageAdmin.Usage;

/// <summary>Names the texts of the Usage page and its export dialog: UsageTexts.resx and its languages.</summary>
public sealed class UsageTexts;
