using UsageAdmin.Data.Schema;
using UsageAdmin.Exports;

namespace UsageAdmin.Audit;

/// <summary>The organisation whose audit log is looked at, by somebody who has the right to.</summary>
/// <param name="Workspaces">All of the organisation.</param>
public sealed record AuditScope(Organization Organization, IReadOnlyList<Workspace> Workspaces)
{
    public TimeZoneInfo Zone { get; } = TimeZoneInfo.FindSystemTimeZoneById(Organization.TimeZone);

    /// <summary>False: people appear as pseudonyms, because user-level data is off in the organisation or one of its workspaces.</summary>
    public bool Identified => Organization.UserLevelData && Workspaces.All(w => w.UserLevelData);

    /// <summary>Today in the organisation's zone.</summary>
    public DateOnly Today(TimeProvider time) => DateRange.DayOf(time.GetUtcNow().UtcDateTime, Zone);

    public Workspace? WorkspaceOf(long? id) => Workspaces.FirstOrDefault(w => w.Id == id);
}
