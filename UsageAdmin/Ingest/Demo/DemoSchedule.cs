using UsageAdmin.Ingest.Generator;

namespace UsageAdmin.Ingest.Demo;

/// <summary>
/// When the demo's conversations are. A day's conversations follow from the day alone, so that a later run adds days and
/// changes none.
/// </summary>
internal static class DemoSchedule
{
    /// <summary>Whole months before the running one.</summary>
    private const int Months = 13;

    /// <summary>The data ends where a nightly import would have ended it: today at 03:00.</summary>
    private const int NightlyImport = 3 * 3_600_000;

    /// <summary>What every month has, also on its first day: started by a schedule in its first hours.</summary>
    private static readonly ConversationTraits[] Monthly =
    [
        ConversationTraits.EditedPrompt, ConversationTraits.SecondAnswer, ConversationTraits.FailedAnswer,
        ConversationTraits.TwoFiles, ConversationTraits.Flagged, ConversationTraits.Moderated,
        ConversationTraits.WithoutApp, ConversationTraits.InProject, ConversationTraits.ToolUse,
        ConversationTraits.Flagged | ConversationTraits.TwoFiles, ConversationTraits.Moderated,
        ConversationTraits.Flagged, .. Enumerable.Repeat(ConversationTraits.None, 10),
    ];

    /// <summary>Up to when there is data on a day, exclusive.</summary>
    public static DateTime UntilUtc(DateOnly today, TimeZoneInfo zone) => WorkingDays.ToUtc(today, NightlyImport, zone);

    /// <param name="loadedOn">The day of the last load; null: the first. Conversations go on for at most 12 days.</param>
    public static ActivityPlan Plan(DateOnly today, DateOnly? loadedOn, DemoWorkspace workspace, TimeZoneInfo zone)
    {
        var firstMonth = new DateOnly(today.Year, today.Month, 1).AddMonths(-Months);
        return new ActivityPlan
        {
            Seed = workspace.Seed,
            Zone = zone,
            From = loadedOn is { } day && day.AddDays(-31) > firstMonth ? day.AddDays(-31) : firstMonth,
            To = today,
            UntilUtc = UntilUtc(today, zone),
            ConversationsOn = day => ConversationsOn(day, workspace),
            ExtraOn = day => day.Day == 1
                ? [.. Monthly.Select((traits, i) => ((5 + (i * 7)) * 60_000, traits | ConversationTraits.Scheduled))]
                : [],
            AverageMessages = 8,
            IdPrefix = $"{workspace.Id}-",
        };
    }

    private static int ConversationsOn(DateOnly day, DemoWorkspace workspace)
    {
        var random = new SeededRandom(SeededRandom.Derive(workspace.Seed, (day.DayNumber * 4L) + 3));
        var mean = workspace.PerWorkingDay;
        return WorkingDays.Busyness(day) > 50 ? (mean / 2) + random.Below(mean + 1) : random.Below((mean / 4) + 2);
    }
}
