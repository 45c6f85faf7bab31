namespace UsageAdmin.Usage;

/// <summary>What happened in a period of a workspace as a whole.</summary>
/// <param name="Events">User messages, workflow runs and requests known by their tokens alone.</param>
/// <param name="ByDay">Of every day of the period's zone, in order.</param>
public sealed record UsageFigures(
    UsagePeriod Period, long Events, UsageTotals Totals, IReadOnlyList<UsageOfDay> ByDay);

/// <summary>Of the whole workspace.</summary>
/// <param name="ActiveUsers">People who sent a message.</param>
public sealed record UsageTotals(
    long Messages, long ChatMessages, long AssistantMessages, long ProjectMessages, int Users, int ActiveUsers,
    int Assistants, int Projects, int Models, long Requests, long WorkflowRuns, UsageTokens Tokens);

/// <param name="Count">User messages; requests for models; runs for workflows.</param>
public sealed record UsageOfDay(DateOnly Day, long Count);
