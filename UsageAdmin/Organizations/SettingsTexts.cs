namespace UsageAdmin.Organizations;

/// <summary>Names the texts of the settings pages: SettingsTexts.resx and its languages.</summary>
public sealed class SettingsTexts;
