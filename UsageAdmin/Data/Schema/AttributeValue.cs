namespace UsageAdmin.Data.Schema;

/// <summary>
/// A value that an attribute had from <see cref="ValidFromUtc"/> on, until the next row. The first known value holds for
/// earlier times too (decisions.md 10).
/// </summary>
public sealed class AttributeValue
{
    public EntityType EntityType { get; set; }

    /// <summary>The dimension's id; a <see cref="Membership"/>'s id for <see cref="EntityType.Membership"/>.</summary>
    public long EntityId { get; set; }

    public AttributeName Attribute { get; set; }

    public DateTime ValidFromUtc { get; set; }

    public string? Value { get; set; }
}

/// <summary>The kinds of things that come in with an id. Numbers are stored: never change one.</summary>
public enum EntityType
{
    User = 1,
    App = 2,
    Model = 3,
    Project = 4,
    Workflow = 5,
    Section = 6,
    Workspace = 7,
    Membership = 8,
    Conversation = 9,
}

/// <summary>The attributes that are kept with their history. Numbers are stored: never change one.</summary>
public enum AttributeName
{
    Name = 1,
    Email = 2,
    Role = 3,
    Category = 4,

    /// <summary><c>draft</c>, <c>published</c> or <c>archived</c>.</summary>
    Status = 5,

    /// <summary>The model's public id.</summary>
    Model = 6,

    /// <summary>Micro-dollars per million input tokens, invariant integer.</summary>
    InputPrice = 7,

    /// <summary>Micro-dollars per million output tokens, invariant integer.</summary>
    OutputPrice = 8,
}
