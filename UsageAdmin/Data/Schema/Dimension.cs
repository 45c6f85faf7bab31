namespace UsageAdmin.Data.Schema;

/// <summary>What every ingested thing with a name shares.</summary>
public abstract class Dimension
{
    public long Id { get; set; }

    /// <summary>The id in URLs, filters and files: the external id, with <c>~n</c> behind it where another source has the same.</summary>
    public required string PublicId { get; set; }

    /// <summary>The newest known name; earlier ones are in <see cref="AttributeValue"/>. Null while unknown.</summary>
    public string? Name { get; set; }

    /// <summary>Made because another record names it; its own record has not come yet.</summary>
    public bool IsStub { get; set; }

    /// <summary>When the source deleted it (a tombstone). History stays.</summary>
    public DateTime? DeletedAtUtc { get; set; }

    public long? CreatedByImportId { get; set; }

    public long? ChangedByImportId { get; set; }

    /// <summary>The first import of its source that no longer held it; null while it is there.</summary>
    public long? MissingSinceImportId { get; set; }
}

/// <summary>A named group of users inside a workspace: a class, a team.</summary>
public sealed class Section : Dimension
{
    public long WorkspaceId { get; set; }
}

/// <summary>An AI app; called assistant in the usage exports.</summary>
public sealed class App : Dimension
{
    public long WorkspaceId { get; set; }

    public string? Category { get; set; }

    public long? CreatorUserId { get; set; }

    public bool IsPublished { get; set; }

    public DateTime? PublishedAtUtc { get; set; }

    public DateTime? CreatedAtUtc { get; set; }

    public DateTime? ArchivedAtUtc { get; set; }

    public string? Description { get; set; }

    public string? Url { get; set; }

    public long? ModelId { get; set; }
}

/// <summary>A project: chats in it count for it and not for an app (decisions.md 4).</summary>
public sealed class Project : Dimension
{
    public long WorkspaceId { get; set; }

    public long? CreatorUserId { get; set; }

    public DateTime? CreatedAtUtc { get; set; }

    public DateTime? ArchivedAtUtc { get; set; }
}

/// <summary>An automation; its runs are no messages.</summary>
public sealed class Workflow : Dimension
{
    public long WorkspaceId { get; set; }

    public long? CreatorUserId { get; set; }

    public DateTime? CreatedAtUtc { get; set; }

    public DateTime? ArchivedAtUtc { get; set; }
}

/// <summary>A language model as an organisation uses it. <c>PublicId</c> is the name that platforms report.</summary>
public sealed class Model : Dimension
{
    public long OrganizationId { get; set; }

    public string? Provider { get; set; }

    /// <summary>Whether requests run on the organisation's own keys; null while unknown.</summary>
    public bool? BringYourKeys { get; set; }

    /// <summary>Millionths of a US dollar per million input tokens: dollars per million × 1,000,000.</summary>
    public long? MicroUsdPerMillionInput { get; set; }

    /// <summary>Millionths of a US dollar per million output tokens.</summary>
    public long? MicroUsdPerMillionOutput { get; set; }
}

/// <summary>A person on an AI platform. One per organisation and e-mail address, whatever the number of sources.</summary>
public sealed class User : Dimension
{
    public long OrganizationId { get; set; }

    public string? Email { get; set; }

    /// <summary>The address in lower case, invariant culture: what joins people over sources.</summary>
    public string? NormalizedEmail { get; set; }

    /// <summary><c>active</c>, <c>invited</c> or what the source says.</summary>
    public string? Status { get; set; }

    public DateTime? JoinedAtUtc { get; set; }
}
