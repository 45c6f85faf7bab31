using UsageAdmin.Usage.Counting;

namespace UsageAdmin.Usage;

/// <summary>
/// A counted period. One of its lists is filled, that of the request's type, in the order of the file. Users' rows are made
/// while they are read: sort by what is needed and take a page.
/// </summary>
public sealed class CountedUsage
{
    internal CountedUsage(UsageCounted counted, Func<int, IReadOnlyList<string>> sections)
    {
        var people = new UserRows(counted, sections);
        Figures = MakeFigures(counted, people);
        switch (Figures.Events == 0 ? default(UsageDataType?) : counted.Request.Type)
        {
            case UsageDataType.Users:
                Users = new RowsOnDemand<UserUsage>(people.Places, people.Make);
                break;
            case UsageDataType.Assistants:
                Assistants = AssistantRows.Of(counted);
                break;
            case UsageDataType.Workflows:
                Workflows = WorkflowRows.Of(counted);
                break;
            case UsageDataType.Projects:
                Projects = ProjectRows.Of(counted);
                break;
            case UsageDataType.Models:
                Models = ModelRows.Of(counted);
                break;
        }

        RowCount = Users.Count + Assistants.Count + Workflows.Count + Projects.Count + Models.Count;
    }

    public UsageFigures Figures { get; }

    /// <summary>Of the file. A period in which nothing happened has none (decisions.md 25).</summary>
    public int RowCount { get; }

    public IReadOnlyList<UserUsage> Users { get; } = [];

    public IReadOnlyList<AssistantUsage> Assistants { get; } = [];

    public IReadOnlyList<WorkflowUsage> Workflows { get; } = [];

    public IReadOnlyList<ProjectUsage> Projects { get; } = [];

    public IReadOnlyList<ModelUsage> Models { get; } = [];

    private static UsageFigures MakeFigures(UsageCounted counted, UserRows people)
    {
        var counter = counted.Counter;
        var requests = default(RequestTally);
        foreach (var model in counter.Models)
        {
            requests.Add(model.Requests);
        }

        var totals = new UsageTotals(
            counter.Users.Sum(u => u.Messages), counter.Users.Sum(u => u.ChatMessages), counter.Users.Sum(u => u.AssistantMessages),
            counter.Users.Sum(u => u.ProjectMessages), people.Everybody.Count, counter.Users.Count(u => u.Messages > 0),
            counted.ShownAssistants.Count, counted.ShownProjects.Count, counted.ShownModels.Count, requests.Requests,
            counter.Runs, requests.ToTokens());
        var byDay = counted.Request.Type switch
        {
            UsageDataType.Models => counter.RequestsByDay,
            UsageDataType.Workflows => counter.RunsByDay,
            _ => counter.MessagesByDay,
        };
        return new UsageFigures(
            counted.Request.Period, totals.Messages + counter.Runs + counter.LoneRequests, totals,
            [.. byDay.Select((count, day) => new UsageOfDay(counted.Request.Period.Days.From.AddDays(day), count))]);
    }
}
