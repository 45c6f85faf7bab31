using UsageAdmin.Data;
using UsageAdmin.Exports;

namespace UsageAdmin.Analytics;

/// <summary>Everything that the Org Analytics page shows for a filter. Goes from prerendering to the circuit as JSON.</summary>
/// <param name="OrganizationId">With <paramref name="Query"/>: the address that it was loaded for.</param>
/// <param name="IsPartial">The range holds the running month, which is "to date".</param>
/// <param name="Compared">The days that <paramref name="Before"/> is about: as many months before, and as far into the last
/// of them as the running month has come.</param>
/// <param name="Before">Null: the data covers less than nine tenths of that time, so there is nothing to compare with.</param>
/// <param name="Hours">Messages by hour of the week in the reporting zone, 168 of them, Monday 00:00 first.</param>
/// <param name="OpenWorkspaces">Public ids of the workspaces whose activity the account may see: where rows can lead.</param>
/// <param name="ExportRows">Data rows that the files of this view hold, for the export menu.</param>
public sealed record AnalyticsView(
    string OrganizationId, string Query, string OrganizationName, string TimeZone, DateOnly Today,
    DayOfWeek FirstDayOfWeek, bool IsIdentified, bool ExportsEnabled, string? ExportNote, MonthRange Months,
    bool IsPartial, GeneralFigures Figures, DateRange Compared, GeneralFigures? Before,
    IReadOnlyList<MonthOfAnalytics> ByMonth, IReadOnlyList<NamedFigures> Apps, IReadOnlyList<NamedFigures> Categories,
    IReadOnlyList<NamedFigures> Models, IReadOnlyList<NamedFigures> Sections, IReadOnlyList<long> Hours,
    AnalyticsTable Table, IReadOnlyList<WorkspaceChoice> Workspaces, IReadOnlyList<string> OpenWorkspaces,
    IReadOnlyList<DataReach> Reach, long ExportRows)
{
    /// <summary>The last instant that any source has brought data for, in UTC.</summary>
    public DateTime? DataUntilUtc => Reach.Max(r => r.DataUntilUtc);
}

/// <summary>A point of the charts over time.</summary>
public sealed record MonthOfAnalytics(Month Month, bool IsPartial, GeneralFigures Figures);

/// <summary>A bar of a chart: an app, category, model or section in the whole range, most messages first.</summary>
/// <param name="Kind">What it stands for.</param>
/// <param name="Name">Null where <paramref name="Kind"/> says it all.</param>
/// <param name="People">Null for what is put together of more than the chart shows.</param>
public sealed record NamedFigures(NamedKind Kind, string? Name, long Messages, int? People);

public enum NamedKind
{
    Named,

    /// <summary>Chats without app, messages without a known model, people in no section, apps without category.</summary>
    None,

    /// <summary>All that come behind the ones shown, or groups that are too small to be shown.</summary>
    Other,
}

/// <summary>A page of the table that is shown; the lists of the other two kinds are empty.</summary>
/// <param name="Total">Rows that match the search.</param>
public sealed record AnalyticsTable(
    AnalyticsTableKind Kind, IReadOnlyList<PersonRow> People, IReadOnlyList<AppFigures> Apps,
    IReadOnlyList<CategoryFigures> Categories, int Total)
{
    public const int PageSize = 25;
}

/// <param name="UsedIn">Public ids of the workspaces with a conversation of the person in the range.</param>
public sealed record PersonRow(UserFigures Figures, IReadOnlyList<string> UsedIn);

/// <summary>A workspace that the page can be narrowed to.</summary>
/// <param name="IsChosen">By the filter; without a filter, none is.</param>
public sealed record WorkspaceChoice(string Id, string Name, bool IsChosen);
