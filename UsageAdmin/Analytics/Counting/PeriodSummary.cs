using UsageAdmin.Data;
using UsageAdmin.Data.Schema;
using UsageAdmin.Organizations;

namespace UsageAdmin.Analytics.Counting;

/// <summary>
/// What a period comes to: the rows of the four files for a month, the page's figures and tables for its range. Values are
/// those at the period's end; small groups are merged where user-level data is off.
/// </summary>
internal sealed class PeriodSummary
{
    private readonly Facts _facts;
    private readonly People _people;
    private readonly Period _period;
    private readonly UserCount[] _users;
    private readonly Bits _userDays;
    private readonly CreatorCount?[] _creators;

    private PeriodSummary(
        Facts facts, People people, PeriodCounter counter, CreatorCount?[] creators, IReadOnlyList<AppFigures> apps,
        IReadOnlyList<CategoryFigures> categories)
    {
        (_facts, _people, _period, _creators) = (facts, people, counter.Period, creators);
        (_users, _userDays) = (counter.Users, counter.UserDays);
        (Apps, Categories) = (apps, categories);
        General = MakeGeneral(counter);
    }

    public GeneralFigures General { get; }

    /// <summary>Most messages first, then by workspace and id; chats without app are among them.</summary>
    public IReadOnlyList<AppFigures> Apps { get; }

    /// <summary>Most messages first, then by name.</summary>
    public IReadOnlyList<CategoryFigures> Categories { get; }

    /// <summary>Places of the people that have a row: most messages first, then by id.</summary>
    public IReadOnlyList<int> UserRows => field ??= [.. InOrder(UserPlaces)];

    /// <summary><see cref="UserRows"/> without their order.</summary>
    public IEnumerable<int> UserPlaces => Enumerable.Range(0, _facts.Creators).Where(IsShown);

    /// <summary>Made while they are read.</summary>
    public IEnumerable<UserFigures> Users => UserRows.Select(UserAt);

    /// <param name="counter">What was counted; must not change any more.</param>
    /// <param name="usedBefore">Who used which app before the period.</param>
    /// <param name="groups">What of it is shown together.</param>
    public static PeriodSummary Of(
        Facts facts, People people, PeriodCounter counter, Bits usedBefore, SmallGroups groups) => new(
        facts, people, counter, CreatorsOf(facts, counter, groups),
        new AppSummary(facts, people, counter, usedBefore, groups).Rows(), new CategorySummary(facts, counter, groups).Rows());

    /// <summary>Some of <see cref="UserPlaces"/> as <see cref="UserRows"/> has them.</summary>
    public IOrderedEnumerable<int> InOrder(IEnumerable<int> places) =>
        places.OrderByDescending(MessagesOf).ThenBy(_people.Id, StringComparer.Ordinal);

    public UserFigures UserAt(int user)
    {
        var isPerson = user < _facts.Users.Length;
        var creator = _creators[user];
        var last = isPerson ? _userDays.Last(user) : -1;
        var role = isPerson ? _facts.Members.RoleOf(user, _period.To) : MemberRole.Member;
        return new UserFigures(
            _people.Id(user), _people.Name(user, _period.To), _people.Email(user, _period.To),
            RolesShown.Contains(role) ? role.ToString().ToLowerInvariant() : null,
            isPerson ? WorkspacesOf(user) : 0, creator?.AppsCreated ?? 0, creator?.AppsPublished ?? 0,
            creator?.AppsCreatedTotal ?? 0, creator?.AppsPublishedTotal ?? 0, creator?.Categories ?? [],
            isPerson ? _users[user].Started : 0, MessagesOf(user), isPerson ? _userDays.Count(user) : 0,
            creator?.UsersReached ?? 0, creator?.ConversationsOnOwnApps ?? 0,
            last < 0 ? null : _period.Days.From.AddDays(last));
    }

    private static CreatorCount?[] CreatorsOf(Facts facts, PeriodCounter counter, SmallGroups groups)
    {
        var creators = new CreatorCount?[facts.Creators];
        var reached = new Dictionary<int, ulong[]>();
        foreach (var place in counter.ShownApps)
        {
            var app = facts.Apps[place];
            var count = counter.Apps[place];
            var user = facts.CreatorOf(app);
            var creator = creators[user] ??= new CreatorCount();
            creator.AppsCreatedTotal++;
            creator.AppsCreated += IsIn(app.CreatedAt, counter.Period) ? 1 : 0;
            creator.AppsPublished += IsIn(app.PublishedAt, counter.Period) ? 1 : 0;
            creator.AppsPublishedTotal += facts.WasPublished(app, counter.Period.To) ? 1 : 0;
            creator.ConversationsOnOwnApps += count.Sessions;
            if (count.Messages > 0)
            {
                var category = groups.CategoryOf(place);
                creator.ActiveByCategory[category] = creator.ActiveByCategory.GetValueOrDefault(category) + 1;
                if (!reached.TryGetValue(user, out var users))
                {
                    reached.Add(user, users = counter.AppUsers.Empty());
                }

                counter.AppUsers.Join(place, users);
            }
        }

        foreach (var (user, users) in reached)
        {
            creators[user]!.UsersReached = Bits.Count(users);
        }

        return creators;
    }

    private static bool IsIn(long? at, Period period) => at >= period.From && at < period.To;

    private long MessagesOf(int user) => user < _users.Length ? _users[user].Messages : 0;

    /// <summary>Members of the period, silent ones too; leavers with usage; creators of apps (decisions.md 5, 7).</summary>
    private bool IsShown(int user) =>
        _creators[user] is not null
        || (user < _users.Length && (_users[user].Started > 0 || _userDays.Last(user) >= 0
            || _facts.Members.IsMember(user, _period.From, _period.To)));

    private int WorkspacesOf(int user) => _facts.Members.Stays[user].Where(stay => _facts.Members.LastsAt(stay, _period.To))
        .Select(stay => stay.Workspace).Distinct().Count();

    /// <summary>Roles that enough people have to be shown; those without one must be enough as well.</summary>
    private HashSet<MemberRole> RolesShown => field ??= MakeRolesShown();

    private HashSet<MemberRole> MakeRolesShown()
    {
        var shown = Enum.GetValues<MemberRole>().ToHashSet();
        if (!_people.IsIdentified)
        {
            var held = UserPlaces.Where(user => user != _facts.UnknownUser).CountBy(user => _facts.Members.RoleOf(user, _period.To)).ToList();
            shown.ExceptWith(SmallGroupRule.ToMerge(
                held, _facts.Scope.SmallestGroup, role => role.Value, roles => roles.Sum(role => role.Value)).Select(role => role.Key));
        }

        return shown;
    }

    private GeneralFigures MakeGeneral(PeriodCounter counter)
    {
        var topModel = Enumerable.Range(0, _facts.Models.Length).Where(m => counter.ModelMessages[m] > 0)
            .OrderByDescending(m => counter.ModelMessages[m])
            .ThenBy(m => _facts.Models[m].PublicId, StringComparer.Ordinal).Cast<int?>().FirstOrDefault();
        var creators = _creators.Where(c => c is not null).ToList();
        var active = counter.ShownApps.Where(app => counter.Apps[app].Messages > 0).ToList();
        return new GeneralFigures(
            _facts.WorkspaceIds.Length,
            Enumerable.Range(0, _users.Length).Count(user => _facts.Members.IsMemberAt(user, _period.To)),
            Enumerable.Range(0, _users.Length).Count(user => _userDays.Last(user) >= 0),
            active.Select(app => _facts.Apps[app].Creator).Distinct().Count(),
            creators.Sum(c => c!.AppsCreatedTotal), creators.Sum(c => c!.AppsPublishedTotal),
            creators.Sum(c => c!.AppsCreated), creators.Sum(c => c!.AppsPublished), active.Count,
            counter.Apps.Sum(a => a.Sessions), counter.Apps.Sum(a => a.UserMessages), counter.Apps.Sum(a => a.Messages),
            counter.Apps.Sum(a => a.Flagged), counter.Apps.Sum(a => a.Moderated),
            Categories is [{ MessagesTotal: > 0 } top, ..] ? top.Category : null,
            topModel is { } model ? _facts.Models[model].PublicId : null);
    }
}
