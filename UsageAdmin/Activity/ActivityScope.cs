using UsageAdmin.Data.Schema;
using UsageAdmin.Exports;

namespace UsageAdmin.Activity;

/// <summary>The workspace whose activity is looked at, by somebody who has the right to.</summary>
/// <param name="Identified">False: pseudonymous; content, names, addresses and file names stay out (decisions.md 18, 23).</param>
public sealed record ActivityScope(Organization Organization, Workspace Workspace, bool Identified)
{
    /// <summary>A workspace may be stricter than its organisation, never looser (decisions.md 23).</summary>
    public static ActivityScope Of(Organization organization, Workspace workspace) =>
        new(organization, workspace, organization.UserLevelData && workspace.UserLevelData);

    /// <summary>The zone whose days count.</summary>
    public TimeZoneInfo Zone { get; } = TimeZoneInfo.FindSystemTimeZoneById(Organization.TimeZone);

    /// <summary>Today in the organisation's zone.</summary>
    public DateOnly Today(TimeProvider time) => DateRange.DayOf(time.GetUtcNow().UtcDateTime, Zone);

    /// <summary>The filter's days, presets resolved; null: no range.</summary>
    public DateRange? Days(ActivityFilter filter, TimeProvider time) =>
        filter.Resolve(Today(time), Organization.FirstDayOfWeek);
}
