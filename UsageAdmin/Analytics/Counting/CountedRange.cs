namespace UsageAdmin.Analytics.Counting;

/// <summary>What the page's range of months comes to. Never changes.</summary>
/// <param name="Merged">What of <paramref name="Whole"/> is shown together.</param>
/// <param name="Before">Null: there is nothing to compare with.</param>
/// <param name="ExportRows">Data rows that the files of these months hold.</param>
internal sealed record CountedRange(
    People People, PeriodCounter Whole, SmallGroups Merged, PeriodSummary Figures, IReadOnlyList<MonthOfAnalytics> ByMonth,
    GeneralFigures? Before, long ExportRows)
{
    public Facts Facts => People.Facts;

    /// <summary>About how much memory it takes, people themselves left out; never so little that there are thousands of them.</summary>
    public long Bytes =>
        50_000 + Whole.Bytes + Facts.AppIndexes.Bytes + (1_000L * Facts.Apps.Length) + (100L * Facts.Users.Length);
}
