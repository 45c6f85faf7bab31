using UsageAdmin.Exports;

namespace UsageAdmin.Audit;

/// <summary>Everything that the audit page shows for a filter. Goes from prerendering to the circuit as JSON, so texts are cut.</summary>
/// <param name="OrganizationId">With <paramref name="Query"/>: the address that it was loaded for.</param>
/// <param name="Person">The label of the filter's person; null: there is none, or nobody of that id.</param>
/// <param name="Unknown">Fields of the address that name what is not there.</param>
public sealed record AuditView(
    string OrganizationId, string Query, string Name, string TimeZone, DayOfWeek FirstDayOfWeek, DateOnly Today,
    bool ExportsEnabled, bool IsIdentified, DateRange? Days, string? Person, IReadOnlyList<string> Unknown,
    IReadOnlyList<AuditPlace> Workspaces, IReadOnlyList<AuditRow> Rows, long Total, string? ExportNote)
{
    /// <summary>Rows of a page.</summary>
    public const int PageSize = 50;
}

public sealed record AuditPlace(string Id, string Name);

/// <param name="Href">Of the target, where the reader may see it; null: nowhere.</param>
public sealed record AuditRow(
    long No, DateTime AtUtc, string? WorkspaceName, string Actor, string? ActorName, string Action, string? Target, string? Href,
    string? Person, string? PersonId, string? RemoteAddress, IReadOnlyList<AuditDetail> Details);

public sealed record AuditDetail(string Name, string Value);
