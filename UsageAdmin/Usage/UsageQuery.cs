using Microsoft.Extensions.Options;
using UsageAdmin.Data;
using UsageAdmin.Data.Members;
using UsageAdmin.Data.Schema;
using UsageAdmin.Organizations;
using UsageAdmin.Usage.Counting;

namespace UsageAdmin.Usage;

/// <summary>
/// Counts a workspace's usage for page, exports and API alike: one snapshot, the roll-up, never a whole message. The caller
/// has checked the right.
/// </summary>
public sealed class UsageQuery(
    UsageDatabase database, MemberCache members, Pseudonyms pseudonyms, IOptions<PrivacyOptions> privacy, TimeProvider time)
{
    public UsageScope ScopeOf(Organization organization, Workspace workspace) =>
        new(organization, workspace, privacy.Value.SmallestGroup);

    /// <summary>Counts on a worker thread: the database answers synchronously.</summary>
    public Task<CountedUsage> CountAsync(
        UsageScope scope, UsageRequest request, CancellationToken cancellationToken = default) =>
        Task.Run(() => Count(scope, request, cancellationToken), cancellationToken);

    /// <summary>Counts on the caller's thread.</summary>
    public CountedUsage Count(UsageScope scope, UsageRequest request, CancellationToken cancellationToken)
    {
        using var session = database.OpenRead();
        using var beside = SideBySide.Open(database, session);
        var facts = new UsageFacts(session, beside, members, scope);
        var counter = new UsageReader(session, scope, request.Period, cancellationToken).Count(facts, request.Type);
        var now = UnixMilliseconds.From(time.GetUtcNow().UtcDateTime) + 1;
        var counted = new UsageCounted(facts, counter, request, pseudonyms, now);
        var sections = request is { Type: UsageDataType.Users, IsExtended: true }
            ? UserSections.Read(session, facts, counted.End)
            : _ => [];
        return new CountedUsage(counted, sections);
    }

    /// <summary>User messages, workflow runs and requests known by their tokens alone (decisions.md 24).</summary>
    public long CountEvents(UsageScope scope, UsagePeriod period, CancellationToken cancellationToken = default)
    {
        using var session = database.OpenRead();
        return new UsageReader(session, scope, period, cancellationToken).CountEvents();
    }
}
