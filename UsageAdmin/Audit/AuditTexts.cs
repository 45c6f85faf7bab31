namespace UsageAdmin.Audit;

/// <summary>Names the texts of the audit page: AuditTexts.resx and its languages.</summary>
public sealed class AuditTexts;
