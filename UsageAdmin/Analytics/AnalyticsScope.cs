using UsageAdmin.Data.Schema;
using UsageAdmin.Exports;

namespace UsageAdmin.Analytics;

/// <summary>The workspaces of an organisation that are looked at together, by somebody who has the right to.</summary>
/// <param name="Workspaces">In order of their ids; at least one, unless the organisation has none.</param>
/// <param name="SmallestGroup">Smaller groups are merged where user-level data is off.</param>
public sealed record AnalyticsScope(Organization Organization, IReadOnlyList<Workspace> Workspaces, int SmallestGroup)
{
    /// <summary>
    /// False: pseudonymous. A workspace may be stricter than its organisation, never looser (decisions.md 23), and one that
    /// is makes everything pseudonymous that it is part of.
    /// </summary>
    public bool IsIdentified { get; } = Organization.UserLevelData && Workspaces.All(w => w.UserLevelData);

    /// <summary>The zone whose months count.</summary>
    public TimeZoneInfo Zone { get; } = TimeZoneInfo.FindSystemTimeZoneById(Organization.TimeZone);

    /// <summary>Today in the organisation's zone.</summary>
    public DateOnly Today(TimeProvider time) => DateRange.DayOf(time.GetUtcNow().UtcDateTime, Zone);
}
