using UsageAdmin.Data;
using UsageAdmin.Exports;

namespace UsageAdmin.Usage;

/// <summary>Everything that the Usage page shows for a filter. Goes from prerendering to the circuit as JSON.</summary>
/// <param name="WorkspaceId">With <paramref name="Query"/>: the address that it was loaded for.</param>
/// <param name="Types">What there are tabs and exports of.</param>
/// <param name="RowCount">Of the type that is shown, whatever is searched for.</param>
/// <param name="LeadsToActivity">The account may see the conversations of the workspace.</param>
public sealed record UsageView(
    string WorkspaceId, string Query, string WorkspaceName, string OrganizationName, string TimeZone, DateOnly Today,
    DayOfWeek FirstDayOfWeek, bool IsIdentified, bool ExportsEnabled, string? ExportNote, bool HasTokens,
    IReadOnlyList<UsageDataType> Types, UsageDataType Type, DateRange Days, UsageTotals Totals, int RowCount,
    IReadOnlyList<UsageOfDays> ByTime, UsageTable Table, IReadOnlyList<DataReach> Reach, bool LeadsToActivity)
{
    /// <summary>The last instant that any source has brought data for, in UTC.</summary>
    public DateTime? DataUntilUtc => Reach.Max(r => r.DataUntilUtc);

    /// <summary>The last days of the range have not ended.</summary>
    public bool IsPartial => Days.To >= Today;
}

/// <summary>A column of the chart over time: a day, a week or a month, cut to the range.</summary>
/// <param name="Count">User messages; requests for models; runs for workflows.</param>
/// <param name="IsPartial">Its days have not ended.</param>
public sealed record UsageOfDays(DateRange Days, long Count, bool IsPartial);

/// <summary>A page of the table that is shown.</summary>
/// <param name="Columns">Behind the name.</param>
/// <param name="Total">Rows that match the search.</param>
public sealed record UsageTable(IReadOnlyList<UsageTableColumn> Columns, IReadOnlyList<UsageTableRow> Rows, int Total)
{
    public const int PageSize = 50;
}

/// <param name="Name">As the file names it.</param>
public sealed record UsageTableColumn(string Name, FigureKind Kind);

/// <param name="Name">Null: it has none, or none that could be seen.</param>
/// <param name="Detail">What tells it from others of the same name: an e-mail address.</param>
/// <param name="Cells">For each column, as the file writes it; empty: nothing.</param>
/// <param name="IsOpen">Its details are shown.</param>
/// <param name="Details">What there is to unfold; empty for rows that are closed.</param>
public sealed record UsageTableRow(
    string Id, string? Name, string? Detail, IReadOnlyList<string> Cells, bool IsOpen, IReadOnlyList<UsageBreakdown> Details);

/// <summary>One of the maps of a row: what it was used with, most first.</summary>
/// <param name="Column">As the file names it.</param>
/// <param name="Rest">How many more there are in the file.</param>
public sealed record UsageBreakdown(string Column, IReadOnlyList<UsageCount> Entries, int Rest);

/// <summary>What a figure is, and so how it is written.</summary>
public enum FigureKind
{
    Text,
    Count,

    /// <summary>Two decimals.</summary>
    Average,

    /// <summary>Between 0 and 1.</summary>
    Share,
    Milliseconds,
    Day,
    Dollars,
    Boolean,
    Role,
}

/// <summary>What the export dialog says about the file that it would make.</summary>
/// <param name="Query">What it was counted for, on <paramref name="Today"/>.</param>
/// <param name="Columns">Names, in the file's order.</param>
/// <param name="Hidden">Names of the columns that are absent because user-level data is off.</param>
public sealed record UsageExportPreview(
    string Query, DateOnly Today, long Rows, IReadOnlyList<string> Columns, IReadOnlyList<string> Hidden);
