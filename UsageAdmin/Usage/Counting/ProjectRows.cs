using UsageAdmin.Data;

namespace UsageAdmin.Usage.Counting;

/// <summary>Rows of projects: all that existed in the period, most messages first, then by id.</summary>
internal static class ProjectRows
{
    public static IReadOnlyList<ProjectUsage> Of(UsageCounted counted)
    {
        var users = counted.Counter.UsedProjects.All.ToLookup(pair => pair.Thing, pair => (pair.User, Messages: pair.Value));
        return
        [
            .. counted.ShownProjects.GroupBy(counted.Projects.Id).Select(group => Row(counted, users, [.. group]))
                .OrderByDescending(row => row.Messages).ThenBy(row => row.Id, StringComparer.Ordinal),
        ];
    }

    private static ProjectUsage Row(
        UsageCounted counted, ILookup<int, (int User, long Messages)> users, IReadOnlyList<int> places)
    {
        var tally = default(ProjectTally);
        foreach (var place in places)
        {
            tally.Add(counted.Counter.Projects[place]);
        }

        var first = places[0];
        var owner = counted.Projects.Merged.Places.Contains(first) ? -1 : counted.Facts.Projects.All[first].Owner;
        return new ProjectUsage(
            counted.Projects.Id(first), counted.Projects.Name(first), owner < 0 ? null : counted.People.Id(owner),
            owner < 0 ? null : counted.People.Email(owner), tally.Messages,
            places.SelectMany(place => users[place]).Where(user => user.Messages > 0).Select(user => user.User).Distinct().Count(),
            tally.Conversations,
            tally.LastAt == 0 ? null : DateOnly.FromDateTime(UnixMilliseconds.ToUtc(tally.LastAt)), tally.Requests.ToTokens());
    }
}
