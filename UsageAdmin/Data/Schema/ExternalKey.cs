namespace UsageAdmin.Data.Schema;

/// <summary>The natural key of a dimension: (workspace, source, type, external id) → our id (decisions.md 13).</summary>
public sealed class ExternalKey
{
    public long WorkspaceId { get; set; }

    public long SourceId { get; set; }

    public EntityType EntityType { get; set; }

    /// <summary>At most 200 bytes of UTF-8.</summary>
    public required string ExternalId { get; set; }

    public long EntityId { get; set; }
}
