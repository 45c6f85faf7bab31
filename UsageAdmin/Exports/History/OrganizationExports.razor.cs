using Microsoft.AspNetCore.Components;
using UsageAdmin.Accounts;

namespace UsageAdmin.Exports.History;

/// <summary>The history of an organisation's exports, with those of its workspaces that the account may see.</summary>
public sealed partial class OrganizationExports(ExportHistory history, Rights rights, NavigationManager navigation)
    : HistoryPage(history, rights, navigation)
{
    [Parameter]
    public string OrganizationId { get; set; } = "";

    protected override string Path => $"/o/{OrganizationId}/exports";

    protected override string Place => OrganizationId;

    protected override Right Right => Right.ViewOrganizationExports;
}
