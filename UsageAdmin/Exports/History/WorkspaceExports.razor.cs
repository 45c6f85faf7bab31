using Microsoft.AspNetCore.Components;
using UsageAdmin.Accounts;

namespace UsageAdmin.Exports.History;

/// <summary>The history of a workspace's exports.</summary>
public sealed partial class WorkspaceExports(ExportHistory history, Rights rights, NavigationManager navigation)
    : HistoryPage(history, rights, navigation)
{
    [Parameter]
    public string WorkspaceId { get; set; } = "";

    protected override string Path => $"/w/{WorkspaceId}/exports";

    protected override string Place => WorkspaceId;

    protected override Right Right => Right.ViewExports;
}
