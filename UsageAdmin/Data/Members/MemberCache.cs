using UsageAdmin.Data.RollUps;

namespace UsageAdmin.Data.Members;

/// <summary>
/// Keeps the users of organisations and their stays in memory from one page to the next: reading 100,000 of them takes longer
/// than counting what they did in a year, and they seldom change.
/// </summary>
public sealed class MemberCache : IDisposable
{
    /// <summary>Users, or those whose stays they are: about 100 MB with names and addresses.</summary>
    private readonly SnapshotCache _cache = new(most: 400_000);

    public void Dispose() => _cache.Dispose();

    /// <param name="beside">Another session on the same snapshot, to read with two threads; null: there is none.</param>
    internal WorkspaceMembers Read(
        UsageSession session, UsageSession? beside, long organizationId, IReadOnlyList<long> workspaceIds)
    {
        var version = DataVersion.OfPeople(session, organizationId);
        var firstDays = workspaceIds.Select(id => UsageDays.First(session, id) ?? long.MinValue).ToArray();
        var (users, stays, history) = (default(OrganizationUsers)!, default(WorkspaceStays)!, default(MemberHistory)!);
        SideBySide.Run(session, beside, ReadUsers, ReadHistory);
        return new WorkspaceMembers(users, history, stays, firstDays);

        void ReadUsers(UsageSession reading)
        {
            users = _cache.Get(
                ("users", organizationId), version, () => new OrganizationUsers(reading, organizationId),
                read => 1 + read.Users.Length);
            stays = _cache.Get(
                ("stays", organizationId, Joined(workspaceIds)), version, () => new WorkspaceStays(reading, users, workspaceIds),
                read => 1 + read.ByUser.Length);
        }

        void ReadHistory(UsageSession reading) => history = _cache.Get(
            ("history", organizationId), version, () => new MemberHistory(reading, organizationId), read => 1 + read.Count);
    }

    /// <param name="members">Of the same workspaces, from the same snapshot.</param>
    internal WorkspaceSections ReadSections(
        UsageSession session, long organizationId, IReadOnlyList<long> workspaceIds, WorkspaceMembers members) => _cache.Get(
        ("sections", organizationId, Joined(workspaceIds)), DataVersion.OfPeople(session, organizationId),
        () => new WorkspaceSections(session, workspaceIds, members), read => 1 + read.Sections.Length + members.Users.Length);

    private static string Joined(IReadOnlyList<long> ids) => string.Join(' ', ids);
}
