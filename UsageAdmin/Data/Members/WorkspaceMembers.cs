using UsageAdmin.Data.Schema;

namespace UsageAdmin.Data.Members;

/// <summary>
/// The users of an organisation and their stays in some of its workspaces, in arrays. Times are milliseconds since 1970.
/// </summary>
/// <param name="firstDays">See <see cref="FirstDays"/>.</param>
internal sealed class WorkspaceMembers(
    OrganizationUsers users, MemberHistory history, WorkspaceStays stays, long[] firstDays)
{
    /// <summary>First millisecond of each workspace's first day with data; what has no known start starts there.</summary>
    public long[] FirstDays => firstDays;

    public MemberFact[] Users => users.Users;

    public Indexes UserIndexes => users.Indexes;

    /// <summary>By user: stays in the workspaces, in order of their start.</summary>
    public Stay[][] Stays => stays.ByUser;

    public string? NameOf(MemberFact user, long end) => history.Users.At(user.Id, AttributeName.Name, end, user.Name);

    public string? EmailOf(MemberFact user, long end) => history.Users.At(user.Id, AttributeName.Email, end, user.Email);

    /// <summary>Whether one of the user's stays overlaps the time.</summary>
    public bool IsMember(int user, long from, long to)
    {
        foreach (var stay in Stays[user])
        {
            if (IsIn(stay, from, to))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Whether one of the user's stays lasts at the end.</summary>
    public bool IsMemberAt(int user, long end) => IsMember(user, end - 1, end);

    /// <summary>Whether a stay overlaps the time.</summary>
    public bool IsIn(Stay stay, long from, long to) =>
        (stay.JoinedAt ?? FirstDays[stay.Workspace]) < to && (stay.LeftAt is not { } left || left > from);

    /// <summary>Whether a stay lasts at the end.</summary>
    public bool LastsAt(Stay stay, long end) => IsIn(stay, end - 1, end);

    /// <summary>
    /// The highest role over the workspaces; who left keeps the last one, unknown is <c>member</c> (decisions.md 10).
    /// </summary>
    public MemberRole RoleOf(int user, long end)
    {
        MemberRole? role = null;
        Stay? last = null;
        foreach (var stay in Stays[user])
        {
            if (LastsAt(stay, end))
            {
                var held = RoleOf(stay, end);
                role = role is null || held > role ? held : role;
            }

            last = stay.LeftAt is not null && (last?.LeftAt ?? long.MinValue) <= stay.LeftAt ? stay : last ?? stay;
        }

        return role ?? (last is null ? MemberRole.Member : RoleOf(last, end));
    }

    private MemberRole RoleOf(Stay stay, long end) => history.Roles.At(stay.Id, AttributeName.Role, end, null) is not { } changed
        ? stay.Role
        : Enum.TryParse<MemberRole>(changed, ignoreCase: true, out var role) ? role : MemberRole.Member;
}
