namespace UsageAdmin.Usage.Counting;

/// <summary>Rows of assistants: all that existed in the period, most messages first, then by id.</summary>
internal static class AssistantRows
{
    public static IReadOnlyList<AssistantUsage> Of(UsageCounted counted)
    {
        var users = counted.Counter.UsedAssistants.All.ToLookup(pair => pair.Thing, pair => (pair.User, Messages: pair.Value));
        return
        [
            .. counted.ShownAssistants.GroupBy(counted.Assistants.Id).Select(group => Row(counted, users, [.. group]))
                .OrderByDescending(row => row.Messages).ThenBy(row => row.Id, StringComparer.Ordinal),
        ];
    }

    private static AssistantUsage Row(
        UsageCounted counted, ILookup<int, (int User, long Messages)> users, IReadOnlyList<int> places)
    {
        var tally = default(AssistantTally);
        foreach (var place in places)
        {
            tally.Add(counted.Counter.Assistants[place]);
        }

        var (first, people) = (places[0], counted.People);
        var entity = counted.Facts.Assistants.All[first];
        var isNamed = counted.Facts.Scope.IsIdentified;
        var answers = tally.Answers;
        return new AssistantUsage(
            counted.Assistants.Id(first), counted.Assistants.Name(first), isNamed ? entity.Description : null,
            isNamed ? entity.Url : null, isNamed && entity.Owner >= 0 ? people.Id(entity.Owner) : null,
            isNamed && entity.Owner >= 0 ? people.Email(entity.Owner) : null, tally.Messages,
            places.SelectMany(place => users[place]).Where(user => user.Messages > 0).Select(user => user.User).Distinct().Count(),
            places.SelectMany(place => users[place]).Select(user => user.User).Distinct().Count(), tally.Conversations,
            tally.Requests.ToTokens(),
            new TokensOfOne(answers.MinPrompt, answers.MaxPrompt, answers.MinCompletion, answers.MaxCompletion),
            answers.Responses == 0 ? null : (decimal)answers.ResponseMilliseconds / answers.Responses,
            tally.Requests.Requests == 0 ? null : (decimal)tally.Requests.Failed / tally.Requests.Requests,
            answers.Positive, answers.Negative);
    }
}
