using UsageAdmin.Organizations;

namespace UsageAdmin.Accounts;

/// <summary>What the setup form posts. Ids left empty are made from the names; the week follows the zone.</summary>
public sealed class SetupForm
{
    public string? Token { get; set; }

    public string? Email { get; set; }

    public string? Password { get; set; }

    public string? OrganizationName { get; set; }

    public string? OrganizationId { get; set; }

    public string? Zone { get; set; }

    /// <summary><c>monday</c>, <c>sunday</c> or empty.</summary>
    public string? WeekStart { get; set; }

    public string? WorkspaceName { get; set; }

    public string? WorkspaceId { get; set; }

    internal SetupRequest ToRequest()
    {
        var organizationName = OrganizationName?.Trim() ?? "";
        var workspaceName = WorkspaceName?.Trim() ?? "";
        var organizationId = IdOf(OrganizationId, organizationName);
        var zone = Zone?.Trim() ?? "";
        return new SetupRequest(
            Token?.Trim() ?? "",
            new NewAccount(Email?.Trim() ?? "", Password ?? ""),
            new NewOrganization(organizationId, organizationName, zone)
            {
                FirstDayOfWeek = WeekStart switch
                {
                    "monday" => DayOfWeek.Monday,
                    "sunday" => DayOfWeek.Sunday,
                    _ => ReportingZone.ProposedFirstDayOfWeek(zone),
                },
                ExportsEnabled = true,
            },
            IdOf(WorkspaceId, workspaceName), workspaceName);
    }

    private static string IdOf(string? entered, string name) =>
        string.IsNullOrWhiteSpace(entered) ? PublicId.Propose(name) : entered.Trim();
}
