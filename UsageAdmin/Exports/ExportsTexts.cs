namespace UsageAdmin.Exports;

/// <summary>Names the texts of the history pages: ExportsTexts.resx and its languages.</summary>
public sealed class ExportsTexts;
