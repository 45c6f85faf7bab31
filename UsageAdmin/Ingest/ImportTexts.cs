namespace UsageAdmin.Ingest;

/// <summary>Names the texts of the import page: ImportTexts.resx and its languages.</summary>
public sealed class ImportTexts;
