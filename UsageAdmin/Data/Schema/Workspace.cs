namespace UsageAdmin.Data.Schema;

/// <summary>The part of an organisation that people work in; owns conversations, apps, projects and workflows.</summary>
public sealed class Workspace
{
    public long Id { get; set; }

    public long OrganizationId { get; set; }

    /// <summary>The id in URLs, files and commands, unique in the instance: 1 to 64 of <c>a-z 0-9 -</c>.</summary>
    public required string PublicId { get; set; }

    public required string Name { get; set; }

    /// <summary>False makes this workspace pseudonymous although its organisation is not; never the other way round.</summary>
    public bool UserLevelData { get; set; } = true;

    /// <summary>False switches workflows off here although the organisation has them.</summary>
    public bool WorkflowsEnabled { get; set; } = true;

    /// <summary>The number that the next new conversation gets; numbers are never used twice.</summary>
    public long NextConversationNo { get; set; } = 1;

    /// <summary>
    /// Raised by every transaction that writes usage data here: what was counted of it before holds while no workspace of the
    /// organisation has raised its own.
    /// </summary>
    public long DataVersion { get; set; }

    /// <summary>The same of people, sections, stays and earlier values alone.</summary>
    public long PeopleVersion { get; set; }

    public DateTime CreatedAtUtc { get; set; }
}
