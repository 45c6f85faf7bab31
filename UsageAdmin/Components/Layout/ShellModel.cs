namespace UsageAdmin.Components.Layout;

/// <summary>What the frame around every page shows; loaded once per page load.</summary>
/// <param name="Theme"><c>light</c>, <c>dark</c> or null for the system's.</param>
/// <param name="Workspaces">Those that the account may see something of, by organisation and name.</param>
/// <param name="Organizations">The same, as a whole, by name.</param>
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

    public bool HasAnalytics(string organizationId) => Organizations.Any(o => o.Id == organizationId && o.HasAnalytics);
}

/// <param name="IsPseudonymous">User-level data is off: people appear as pseudonyms, texts are absent.</param>
/// <param name="HasActivity">The account may see its conversations.</param>
/// <param name="IsManaged">The account may see its usage and change its settings.</param>
public sealed record ShellWorkspace(
    string Id, string Name, string OrganizationId, string OrganizationName, bool IsPseudonymous, bool HasActivity,
    bool IsManaged)
{
    /// <summary>Its organisation has exports switched on.</summary>
    public bool HasExports { get; init; }

    /// <summary>The page that the workspace's name leads to.</summary>
    public string Href => $"w/{Id}/{(HasActivity ? "activity" : "usage")}";
}

/// <param name="IsPseudonymous">User-level data is off in the organisation, or in one of its workspaces.</param>
/// <param name="HasAnalytics">The account may see its analytics.</param>
/// <param name="IsManaged">The account may change its settings. Who may not, may at least see its audit log.</param>
public sealed record ShellOrganization(string Id, string Name, bool IsPseudonymous, bool HasAnalytics, bool IsManaged)
{
    /// <summary>It has exports switched on.</summary>
    public bool HasExports { get; init; }

    /// <summary>The page that the organisation's name leads to.</summary>
    public string Href => $"o/{Id}/{(HasAnalytics ? "analytics" : IsManaged ? "settings" : "audit")}";
}
