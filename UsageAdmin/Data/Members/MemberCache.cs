using UsageAdmin.Data.RollUps;

namespace UsageAdmin.Data.Members;

/// <summary>
/// Keeps the users of organisations and their stays in memory from one page to the next: reading 100,000 of them takes longer
/// than counting what they did in a year, and they seldom change.
/// </summary>
public sealed class MemberCache(TimeProvider time) : IDisposable
{
    /// <summary>100,000 users with names and addresses, and their stays, are less than half of it.</summary>
    private const long MostBytes = 96 << 20;

    private readonly SnapshotCache _cache = new(MostBytes, time);

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
                organizationId, "users", version, settings: null, () => new OrganizationUsers(reading, organizationId),
                read => read.Bytes);
            stays = _cache.Get(
                organizationId, ("stays", Joined(workspaceIds)), version, settings: null,
                () => new WorkspaceStays(reading, users, workspaceIds), read => read.Bytes);
        }

        void ReadHistory(UsageSession reading) => history = _cache.Get(
            organizationId, "history", version, settings: null, () => new MemberHistory(reading, organizationId), read => read.Bytes);
    }

    /// <param name="members">Of the same workspaces, from the same snapshot.</param>
    internal WorkspaceSections ReadSections(
        UsageSession session, long organizationId, IReadOnlyList<long> workspaceIds, WorkspaceMembers members) => _cache.Get(
        organizationId, ("sections", Joined(workspaceIds)), DataVersion.OfPeople(session, organizationId), settings: null,
        () => new WorkspaceSections(session, workspaceIds, members), read => read.Bytes);

    private static string Joined(IReadOnlyList<long> ids) => string.Join(' ', ids);
}
