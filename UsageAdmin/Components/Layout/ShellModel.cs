namespace UsageAdmin.Components.Layout;

/// <summary>What the frame around every page shows; loaded once per page load.</summary>
/// <param name="Theme"><c>light</c>, <c>dark</c> or null for the system's.</param>
/// <param name="Workspaces">Those whose activity the account may see, by organisation and name.</param>
public sealed record ShellModel(string AccountName, string? Theme, IReadOnlyList<ShellWorkspace> Workspaces)
{
    /// <summary>The workspace that an address is about, if the account may see it.</summary>
    public ShellWorkspace? WorkspaceOf(string relativeUri) =>
        relativeUri.Split('/', '?', '#') is ["w", var id, ..] ? Workspaces.FirstOrDefault(w => w.Id == id) : null;
}

/// <param name="IsPseudonymous">User-level data is off: people appear as pseudonyms, texts are absent.</param>
public sealed record ShellWorkspace(string Id, string Name, string OrganizationId, string OrganizationName, bool IsPseudonymous);
