using UsageAdmin.Data;
using UsageAdmin.Data.Schema;

namespace UsageAdmin.Usage.Counting;

/// <summary>Rows of workflows: all that existed in the period, most runs first, then by id.</summary>
internal static class WorkflowRows
{
    public static IReadOnlyList<WorkflowUsage> Of(UsageCounted counted) =>
    [
        .. counted.ShownWorkflows.GroupBy(counted.Workflows.Id).Select(group => Row(counted, [.. group]))
            .OrderByDescending(row => row.Executions).ThenBy(row => row.Id, StringComparer.Ordinal),
    ];

    private static WorkflowUsage Row(UsageCounted counted, IReadOnlyList<int> places)
    {
        var tally = new WorkflowTally();
        foreach (var place in places)
        {
            tally.Add(counted.Counter.Workflows[place]);
        }

        var first = places[0];
        var owner = counted.Facts.Scope.IsIdentified ? counted.Facts.Workflows.All[first].Owner : -1;
        return new WorkflowUsage(
            counted.Workflows.Id(first), counted.Workflows.Name(first), owner < 0 ? null : counted.People.Id(owner),
            owner < 0 ? null : counted.People.Email(owner), tally.Runs, tally.With(RunStatus.Ok), tally.With(RunStatus.Failed),
            tally.With(RunStatus.Cancelled), Counts(tally.ErrorTypes), Durations(tally.Durations), Counts(tally.Triggers),
            tally.Users.Count,
            tally.LastAt == 0 ? null : DateOnly.FromDateTime(UnixMilliseconds.ToUtc(tally.LastAt)), tally.Requests.ToTokens());
    }

    private static IReadOnlyList<UsageCount> Counts(IEnumerable<KeyValuePair<string, long>> counts) =>
        Shown.Sorted([.. counts.Select(c => new UsageCount(c.Key, null, c.Value))]);

    private static RunDurations? Durations(List<long> durations)
    {
        if (durations.Count == 0)
        {
            return null;
        }

        durations.Sort();
        var average = Math.Round((decimal)durations.Sum() / durations.Count, MidpointRounding.AwayFromZero);
        return new RunDurations((long)average, Nearest(50), Nearest(95), durations[^1]);

        long Nearest(int percent) => durations[(((durations.Count * percent) + 99) / 100) - 1];
    }
}
