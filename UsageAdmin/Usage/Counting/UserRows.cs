namespace UsageAdmin.Usage.Counting;

/// <summary>Rows of users: all members of the period and whoever used something, most messages first, then by id.</summary>
internal sealed class UserRows
{
    private readonly UsageCounted _counted;
    private readonly Func<int, IReadOnlyList<string>> _sections;

    /// <param name="sections">Names of the sections a user was in at the period's end.</param>
    public UserRows(UsageCounted counted, Func<int, IReadOnlyList<string>> sections)
    {
        (_counted, _sections) = (counted, sections);
        var (facts, users) = (counted.Facts, counted.Counter.Users);
        var all = Enumerable.Range(0, facts.Users)
            .Where(user => counted.Counter.WasActive(user) || facts.Members.IsMember(user, counted.From, counted.End)).ToList();
        Everybody = all;
        Places =
        [
            .. all.Where(user => counted.Request.IncludesInactive || counted.Counter.WasActive(user))
                .OrderByDescending(user => users[user].Messages).ThenBy(counted.People.Id, StringComparer.Ordinal),
        ];
    }

    /// <summary>Places of all users of the period.</summary>
    public IReadOnlyList<int> Everybody { get; }

    /// <summary>Places of those that have a row, in their order.</summary>
    public IReadOnlyList<int> Places { get; }

    private Func<int, string?> Roles => field ??= _counted.People.Roles(Everybody, _counted.Now);

    private int[] Ranks => field ??= RanksBy(user => user.Messages);

    private int[] ChatRanks => field ??= RanksBy(user => user.ChatMessages);

    private int[] AssistantRanks => field ??= RanksBy(user => user.AssistantMessages);

    private int[] ProjectRanks => field ??= RanksBy(user => user.ProjectMessages);

    public UserUsage Make(int user)
    {
        var (counter, people, facts) = (_counted.Counter, _counted.People, _counted.Facts);
        var tally = counter.Users[user];
        var (tokens, byModel) = Tokens(user);
        return new UserUsage(
            people.Id(user), people.Name(user), people.Email(user), Roles(user), people.JoinedAt(user), tally.Messages,
            tally.ChatMessages, tally.AssistantMessages, tally.ProjectMessages,
            facts.Scope.HasRanks
                ? new UserRanks(Ranks[user], ChatRanks[user], AssistantRanks[user], ProjectRanks[user])
                : null,
            _counted.Assistants.Counts(counter.UsedAssistants.Of(user)),
            _counted.Projects.Counts(counter.UsedProjects.Of(user)), _counted.Models.Counts(counter.UsedModels.Of(user)),
            _counted.Actions.Counts(counter.UsedActions.Of(user)), tokens, byModel, counter.UserDays.Count(user),
            Day(counter.UserDays.First(user)), Day(counter.UserDays.Last(user)), _sections(user));
    }

    private int[] RanksBy(Func<UserTally, long> count) => Ranking.Of(
        Everybody, _counted.Facts.Users, user => count(_counted.Counter.Users[user]));

    private DateOnly? Day(int day) => day < 0 ? null : _counted.Request.Period.Days.From.AddDays(day);

    private (UsageTokens All, IReadOnlyList<ModelTokens> ByModel) Tokens(int user)
    {
        var used = _counted.Counter.Tokens.Of(user);
        if (used.IsEmpty)
        {
            return (default(TokenTally).ToTokens(), []);
        }

        var all = default(TokenTally);
        var byModel = new SortedList<int, TokenTally>(used.Length);
        foreach (ref readonly var model in used)
        {
            all.Add(model.Value);
            var order = _counted.Models.Order(model.Thing);
            var known = byModel.GetValueOrDefault(order);
            known.Add(model.Value);
            byModel[order] = known;
        }

        var tokens = new ModelTokens[byModel.Count];
        for (var i = 0; i < tokens.Length; i++)
        {
            tokens[i] = new ModelTokens(_counted.Models.IdAt(byModel.Keys[i]), byModel.Values[i].ToTokens());
        }

        return (all.ToTokens(), tokens);
    }
}
