using UsageAdmin.Data;
using UsageAdmin.Organizations;

namespace UsageAdmin.Usage.Counting;

/// <summary>A counted period with all that its rows are made from; needs no snapshot any more.</summary>
internal sealed class UsageCounted
{
    public UsageCounted(UsageFacts facts, UsageCounter counter, UsageRequest request, Pseudonyms pseudonyms, long now)
    {
        (Facts, Counter, Request, Now) = (facts, counter, request, now);
        From = UnixMilliseconds.From(request.Period.FromUtc);
        End = UnixMilliseconds.From(request.Period.ToUtc);
        People = new UsagePeople(facts, pseudonyms, End);
        ShownAssistants = [.. Existing(facts.Assistants, place => counter.Assistants[place].AllMessages > 0
            || counter.Assistants[place].Requests.Requests > 0)];
        ShownProjects = [.. Existing(facts.Projects, place => counter.Projects[place].AllMessages > 0
            || counter.Projects[place].Requests.Requests > 0)];
        ShownWorkflows = [.. Existing(facts.Workflows, place => counter.Workflows[place].Runs > 0)];
        ShownModels = [.. Enumerable.Range(0, facts.Models.Places).Where(place => counter.Models[place].Requests.Requests > 0)];
        Assistants = Shown(facts.Assistants, MergedPlaces.Of(facts.Scope, ShownAssistants, Users(counter.UsedAssistants)));
        Projects = Shown(facts.Projects, MergedPlaces.Of(facts.Scope, ShownProjects, Users(counter.UsedProjects)));
        Workflows = Shown(facts.Workflows, MergedPlaces.Of(
            facts.Scope, ShownWorkflows,
            ShownWorkflows.SelectMany(place => counter.Workflows[place].Users.Select(user => (user, place)))));
        var models = Users(counter.UsedModels).Select(u => u.Thing).Where(place => place < facts.Models.All.Length).Distinct();
        Models = new Shown(
            MergedPlaces.Of(facts.Scope, models, Users(counter.UsedModels)), facts.Models.Places, ModelName, _ => null);
        Actions = new Shown(
            MergedPlaces.Of(facts.Scope, Users(counter.UsedActions).Select(u => u.Thing).Distinct(), Users(counter.UsedActions)),
            facts.Actions.Length, place => facts.Actions[place], _ => null);
    }

    public UsageFacts Facts { get; }

    public UsageCounter Counter { get; }

    public UsageRequest Request { get; }

    public UsagePeople People { get; }

    /// <summary>Milliseconds since 1970, as are <see cref="From"/> and <see cref="End"/>, which the period excludes.</summary>
    public long Now { get; }

    public long From { get; }

    public long End { get; }

    /// <summary>Places of what existed in the period or was used in it.</summary>
    public IReadOnlyList<int> ShownAssistants { get; }

    public IReadOnlyList<int> ShownProjects { get; }

    public IReadOnlyList<int> ShownWorkflows { get; }

    /// <summary>Places of those that were used.</summary>
    public IReadOnlyList<int> ShownModels { get; }

    public Shown Assistants { get; }

    public Shown Projects { get; }

    public Shown Workflows { get; }

    public Shown Models { get; }

    public Shown Actions { get; }

    public string ModelName(int place) =>
        place == Facts.Models.All.Length ? UsagePeople.Unknown : Facts.Models.All[place].PublicId;

    private static IEnumerable<(int User, int Thing)> Users<TValue>(Pairs<TValue> pairs)
        where TValue : struct => pairs.All.Select(pair => (pair.User, pair.Thing));

    private IEnumerable<int> Existing(Entities entities, Func<int, bool> wasUsed) =>
        Enumerable.Range(0, entities.Count).Where(place => wasUsed(place) || entities.Existed(place, From, End));

    private Shown Shown(Entities entities, MergedPlaces merged) => new(
        merged, entities.Count, place => entities.All[place].PublicId, place => entities.NameOf(place, End));
}
