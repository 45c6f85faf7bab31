using UsageAdmin.Data.Schema;

namespace UsageAdmin.Organizations;

/// <summary>What can be changed of an organisation.</summary>
/// <param name="Name">1 to 200 characters without control characters.</param>
/// <param name="TimeZone">An IANA id.</param>
/// <param name="OwnModelKeys">Whether usage exports show tokens and cost; null: the first data with tokens decides.</param>
/// <param name="ExportNote">At most 2,000 characters; null: the default text.</param>
/// <param name="Exports">The export feature: only the operator may switch it.</param>
public sealed record OrganizationSettings(
    string Name, string TimeZone, DayOfWeek FirstDayOfWeek, bool UserLevelData, bool Workflows, bool? OwnModelKeys,
    bool Ranks, string? ExportNote, bool Exports)
{
    public const int LongestNote = 2000;

    public static OrganizationSettings Of(Organization organization) => new(
        organization.Name, organization.TimeZone, organization.FirstDayOfWeek, organization.UserLevelData,
        organization.WorkflowsEnabled, organization.OwnModelKeysEnabled, organization.RanksEnabled,
        organization.ExportNote, organization.ExportsEnabled);
}

/// <summary>What can be changed of a workspace.</summary>
/// <param name="Name">1 to 200 characters without control characters.</param>
/// <param name="UserLevelData">False makes it pseudonymous although its organisation is not.</param>
/// <param name="Workflows">False switches workflows off although the organisation has them.</param>
public sealed record WorkspaceSettings(string Name, bool UserLevelData, bool Workflows)
{
    public static WorkspaceSettings Of(Workspace workspace) =>
        new(workspace.Name, workspace.UserLevelData, workspace.WorkflowsEnabled);
}
