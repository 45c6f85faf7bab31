namespace UsageAdmin.Data.PostgreSql;

/// <summary>An element of the key ring that protects cookies and form tokens, as XML.</summary>
public sealed class StoredKey
{
    public long Id { get; set; }

    public required string Name { get; set; }

    public required string Xml { get; set; }
}
