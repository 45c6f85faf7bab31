using UsageAdmin.Data.RollUps;
using UsageAdmin.Data.Schema;

namespace UsageAdmin.Data;

/// <summary>
/// The users of an organisation and their stays in some of its workspaces, in arrays. Times are milliseconds since 1970.
/// </summary>
internal sealed class WorkspaceMembers
{
    private ValuesOverTime _userValues = null!;

    private ValuesOverTime _roles = null!;

    /// <param name="beside">Another session on the same snapshot, to read with two threads; null: there is none.</param>
    public WorkspaceMembers(
        UsageSession session, UsageSession? beside, long organizationId, IReadOnlyList<long> workspaceIds)
    {
        FirstDays = [.. workspaceIds.Select(id => UsageDays.First(session, id) ?? long.MinValue)];
        SideBySide.Run(session, beside, ReadPeople, ReadChanges);

        void ReadPeople(UsageSession reading)
        {
            Users = ReadUsers(reading, organizationId);
            UserIndexes = new Indexes([.. Users.Select(u => u.Id)]);
            Stays = ReadStays(reading, workspaceIds);
        }

        void ReadChanges(UsageSession reading)
        {
            _userValues = ValuesOverTime.Read(
                reading, EntityType.User, "SELECT id FROM usage_user WHERE organization_id = ?2", organizationId);
            _roles = ValuesOverTime.Read(
                reading, EntityType.Membership,
                "SELECT m.id FROM workspace w JOIN membership m ON m.workspace_id = w.id WHERE w.organization_id = ?2 AND m.section_id IS NULL",
                organizationId);
        }
    }

    /// <summary>First millisecond of each workspace's first day with data; what has no known start starts there.</summary>
    public long[] FirstDays { get; }

    public MemberFact[] Users { get; private set; } = [];

    public Indexes UserIndexes { get; private set; } = null!;

    /// <summary>By user: stays in the workspaces, in order of their start.</summary>
    public Stay[][] Stays { get; private set; } = [];

    public string? NameOf(MemberFact user, long end) => _userValues.At(user.Id, AttributeName.Name, end, user.Name);

    public string? EmailOf(MemberFact user, long end) => _userValues.At(user.Id, AttributeName.Email, end, user.Email);

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

    private MemberRole RoleOf(Stay stay, long end) => _roles.At(stay.Id, AttributeName.Role, end, null) is not { } changed
        ? stay.Role
        : Enum.TryParse<MemberRole>(changed, ignoreCase: true, out var role) ? role : MemberRole.Member;

    private static MemberFact[] ReadUsers(UsageSession session, long organizationId)
    {
        var users = new List<MemberFact>();
        var row = session.Prepare(
            "SELECT id, public_id, name, email, deleted_at, joined_at FROM usage_user WHERE organization_id = ?1")
            .Bind(1, organizationId);
        while (row.Step())
        {
            users.Add(new MemberFact(
                row.Number(0), row.Text(1)!, row.Text(2), row.Text(3), row.NullableNumber(4), row.NullableNumber(5)));
        }

        // SQLite would sort the whole rows, which takes longer than reading them.
        users.Sort(static (a, b) => a.Id.CompareTo(b.Id));
        return [.. users];
    }

    private Stay[][] ReadStays(UsageSession session, IReadOnlyList<long> workspaceIds)
    {
        var stays = new Stay[Users.Length][];
        Array.Fill(stays, []);
        for (var workspace = 0; workspace < workspaceIds.Count; workspace++)
        {
            var row = session.Prepare(
                """
                SELECT user_id, id, joined_at, left_at, role FROM membership
                WHERE workspace_id = ?1 AND section_id IS NULL
                """).Bind(1, workspaceIds[workspace]);
            while (row.Step())
            {
                if (UserIndexes.Of(row.Number(0)) is >= 0 and var user)
                {
                    // Whom the source deleted has left; a stay without a start has that of the person's own record.
                    var left = row.NullableNumber(3) ?? Users[user].DeletedAt;
                    var joined = row.NullableNumber(2) ?? (Users[user].JoinedAt >= left ? null : Users[user].JoinedAt);
                    stays[user] = [.. stays[user], new Stay(row.Number(1), workspace, joined, left, (MemberRole)row.Number(4))];
                }
            }

            row.Reset();
        }

        foreach (var several in stays.Where(s => s.Length > 1))
        {
            Array.Sort(several, static (a, b) => (a.JoinedAt ?? long.MinValue, a.Id).CompareTo((b.JoinedAt ?? long.MinValue, b.Id)));
        }

        return stays;
    }
}

/// <summary>A user of the organisation with the newest known name and address.</summary>
internal sealed record MemberFact(
    long Id, string PublicId, string? Name, string? Email, long? DeletedAt, long? JoinedAt);

/// <param name="Workspace">Its place.</param>
/// <param name="JoinedAt">Null: from before the first data.</param>
/// <param name="LeftAt">The first millisecond outside; null while it lasts.</param>
internal sealed record Stay(long Id, int Workspace, long? JoinedAt, long? LeftAt, MemberRole Role);
