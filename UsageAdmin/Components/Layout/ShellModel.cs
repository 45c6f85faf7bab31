namespace UsageAdmin.Components.Layout;

/// <summary>What the frame around every page shows; loaded once per page load.</summary>
/// <param name="Theme"><c>light</c>, <c>dark</c> or null for the system's.</param>
/// <param name="Workspaces">Those whose activity the account may see, by organisation and name.</param>
/// <param name="Organizations">Those whose analytics the account may see, by name.</param>
public sealed record ShellModel(
    string AccountName, string? Theme, IReadOnlyList<ShellWorkspace> Workspaces,
    IReadOnlyList<ShellOrganization> Organizations)
{
    /// <summary>All that there is something to see of, by name.</summary>
    public IEnumerable<(string Id, string Name)> Choices =>
        Workspaces.Select(w => (w.OrganizationId, w.OrganizationName)).Concat(Organizations.Select(o => (o.Id, o.Name)))
            .Distinct().OrderBy(o => o.Item2, StringComparer.CurrentCultureIgnoreCase);

    /// <summary>The workspace that an address is about, if the account may see it.</summary>
    public ShellWorkspace? WorkspaceOf(string relativeUri) =>
        relativeUri.Split('/', '?', '#') is ["w", var id, ..] ? Workspaces.FirstOrDefault(w => w.Id == id) : null;

    /// <summary>The organisation that an address is about as a whole, if the account may see it.</summary>
    public ShellOrganization? OrganizationOf(string relativeUri) =>
        relativeUri.Split('/', '?', '#') is ["o", var id, ..] ? Organizations.FirstOrDefault(o => o.Id == id) : null;

    public bool HasAnalytics(string organizationId) => Organizations.Any(o => o.Id == organizationId);
}

/// <param name="IsPseudonymous">User-level data is off: people appear as pseudonyms, texts are absent.</param>
public sealed record ShellWorkspace(string Id, string Name, string OrganizationId, string OrganizationName, bool IsPseudonymous);

/// <param name="IsPseudonymous">User-level data is off in the organisation, or in one of its workspaces.</param>
public sealed record ShellOrganization(string Id, string Name, bool IsPseudonymous);
