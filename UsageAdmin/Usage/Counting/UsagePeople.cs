using UsageAdmin.Data;
using UsageAdmin.Data.Schema;
using UsageAdmin.Organizations;

namespace UsageAdmin.Usage.Counting;

/// <summary>How people are shown: with name and address, or as pseudonyms where user-level data is off.</summary>
/// <param name="end">The period's end in milliseconds since 1970, which it excludes.</param>
internal sealed class UsagePeople(UsageFacts facts, Pseudonyms pseudonyms, long end)
{
    /// <summary>The id of what nobody is named for, with user-level data and without.</summary>
    public const string Unknown = "unknown";

    private readonly string?[] _ids = new string?[facts.Users];

    public string Id(int user) => _ids[user] ??= facts.Members.Users[user].PublicId is var id
        && (facts.Scope.IsIdentified || id == Unknown)
            ? id
            : pseudonyms.Of(facts.Scope.Organization, facts.Members.Users[user].PublicId);

    public string? Name(int user) => facts.Scope.IsIdentified ? facts.Members.NameOf(facts.Members.Users[user], end) : null;

    public string? Email(int user) => facts.Scope.IsIdentified ? facts.Members.EmailOf(facts.Members.Users[user], end) : null;

    /// <summary>In UTC; without user-level data only the month.</summary>
    public DateOnly? JoinedAt(int user)
    {
        if (facts.Members.Stays[user].LastOrDefault(stay => (stay.JoinedAt ?? long.MinValue) < end)?.JoinedAt is not { } at)
        {
            return null;
        }

        var day = DateOnly.FromDateTime(UnixMilliseconds.ToUtc(at));
        return facts.Scope.IsIdentified ? day : new DateOnly(day.Year, day.Month, 1);
    }

    /// <summary>Roles now; those that too few hold are left out where user-level data is off.</summary>
    /// <param name="now">Milliseconds since 1970.</param>
    public Func<int, string?> Roles(IReadOnlyList<int> users, long now)
    {
        var hidden = new HashSet<MemberRole>();
        if (!facts.Scope.IsIdentified)
        {
            var held = users.CountBy(user => facts.Members.RoleOf(user, now)).ToList();
            hidden.UnionWith(SmallGroupRule.ToMerge(
                held, facts.Scope.SmallestGroup, role => role.Value, roles => roles.Sum(role => role.Value))
                .Select(role => role.Key));
        }

        return user => facts.Members.RoleOf(user, now) is var role && hidden.Contains(role) ? null : NameOf(role);
    }

    private static string NameOf(MemberRole role) => role switch
    {
        MemberRole.Editor => "editor",
        MemberRole.Admin => "admin",
        _ => "member",
    };
}
