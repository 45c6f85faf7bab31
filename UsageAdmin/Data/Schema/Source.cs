namespace UsageAdmin.Data.Schema;

/// <summary>An instance of an AI platform that a workspace takes data from. External ids are unique per source.</summary>
public sealed class Source
{
    public long Id { get; set; }

    public long WorkspaceId { get; set; }

    /// <summary>The name given with <c>--source</c>; the format's name by default.</summary>
    public required string Name { get; set; }

    public required string Format { get; set; }

    /// <summary>The latest time on any record of this source: how far its data reaches. Null before the first.</summary>
    public DateTime? DataUntilUtc { get; set; }

    public DateTime? LastImportAtUtc { get; set; }
}
