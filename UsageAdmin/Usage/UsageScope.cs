using UsageAdmin.Data.Schema;
using UsageAdmin.Exports;

namespace UsageAdmin.Usage;

/// <summary>A workspace whose usage is looked at, by somebody who has the right to.</summary>
/// <param name="SmallestGroup">What fewer people use is shown together where user-level data is off.</param>
public sealed record UsageScope(Organization Organization, Workspace Workspace, int SmallestGroup)
{
    /// <summary>How far back exports reach, in calendar months.</summary>
    public const int HistoryMonths = 12;

    /// <summary>False: pseudonymous. A workspace may be stricter than its organisation, never looser (decisions.md 23).</summary>
    public bool IsIdentified { get; } = Organization.UserLevelData && Workspace.UserLevelData;

    public bool HasWorkflows { get; } = Organization.WorkflowsEnabled && Workspace.WorkflowsEnabled;

    /// <summary>Whether tokens and cost are shown.</summary>
    public bool HasTokens { get; } = Organization.OwnModelKeysEnabled == true;

    public bool HasRanks { get; } = Organization.RanksEnabled;

    /// <summary>The zone whose days count in the browser and at the command line.</summary>
    public TimeZoneInfo Zone { get; } = TimeZoneInfo.FindSystemTimeZoneById(Organization.TimeZone);

    public IReadOnlyList<UsageDataType> DataTypes { get; } = [.. UsageDataTypes.All.Where(type =>
        type != UsageDataType.Workflows || (Organization.WorkflowsEnabled && Workspace.WorkflowsEnabled))];

    /// <summary>Today in the organisation's zone.</summary>
    public DateOnly Today(TimeProvider time) => DateRange.DayOf(time.GetUtcNow().UtcDateTime, Zone);

    /// <summary>The first day that may be asked for.</summary>
    public static DateOnly FirstDay(DateOnly today) => today.AddMonths(-HistoryMonths);
}
