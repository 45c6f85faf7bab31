using UsageAdmin.Data;
using UsageAdmin.Data.Schema;
using UsageAdmin.Exports;
using UsageAdmin.Organizations;

namespace UsageAdmin.Activity;

/// <summary>
/// A filter with its ids looked up in one snapshot: what the one query of page, figures and file runs on. Conversations
/// match by their start, half-open in UTC (decisions.md 3).
/// </summary>
public sealed class ActivitySelection
{
    private readonly HashSet<long> _users;
    private readonly HashSet<long> _apps;
    private readonly HashSet<long> _sections;
    private readonly ILookup<long, Membership> _members;
    private readonly MessageMarks _marks;

    private ActivitySelection(
        ActivityScope scope, ActivityFilter filter, DateRange? days, List<NamedId> users, List<NamedId> apps,
        List<NamedId> sections, ILookup<long, Membership> members)
    {
        Scope = scope;
        Filter = filter;
        Days = days;
        (FromUtc, ToUtc) = days?.ToUtc(scope.Zone) ?? (DateTime.UnixEpoch.AddYears(-1000), DateTime.UnixEpoch.AddYears(5000));
        Users = users;
        Apps = apps;
        Sections = sections;
        _users = [.. users.Select(u => u.Id)];
        _apps = [.. apps.Select(a => a.Id)];
        _sections = [.. sections.Select(s => s.Id)];
        _members = members;
        _marks = filter.Flag is { } flag ? ActivityFilter.MarksOf(flag) : MessageMarks.None;
    }

    public ActivityScope Scope { get; }

    public ActivityFilter Filter { get; }

    /// <summary>Null: all time.</summary>
    public DateRange? Days { get; }

    public DateTime FromUtc { get; }

    public DateTime ToUtc { get; }

    public IReadOnlyList<NamedId> Users { get; }

    public IReadOnlyList<NamedId> Apps { get; }

    public IReadOnlyList<NamedId> Sections { get; }

    /// <summary>Names hold as at this instant: the range's end, else now (null).</summary>
    public DateTime? NamesAtUtc => Days is null ? null : ToUtc.AddMilliseconds(-1);

    /// <summary>Looks the filter's ids up. Ids that do not exist in the workspace are named in <paramref name="problems"/>.</summary>
    public static ActivitySelection Resolve(
        UsageSession session, ActivityScope scope, ActivityFilter filter, DateRange? days, Pseudonyms pseudonyms,
        out IReadOnlyDictionary<string, string[]> problems)
    {
        var found = new Dictionary<string, string[]>(StringComparer.Ordinal);
        var users = Known(filter.Users, "user", id => FindUser(session, scope, pseudonyms, id), found);
        var apps = Known(filter.Apps, "app", id => Find(session, "app", scope.Workspace.Id, id), found);
        var sections = Known(filter.Sections, "section", id => Find(session, "section", scope.Workspace.Id, id), found);
        problems = found;
        return new ActivitySelection(scope, filter, days, users, apps, sections, Members(session, sections));
    }

    /// <summary>Whether every conversation of the range passes.</summary>
    internal bool HasAll => _marks == 0 && _apps.Count == 0 && _users.Count == 0 && _sections.Count == 0;

    /// <summary>Whether a conversation of the range passes the other filters.</summary>
    internal bool Matches<TConversation>(TConversation row)
        where TConversation : IChosenConversation
    {
        if (_marks != 0 && (row.Marks & _marks) == 0)
        {
            return false;
        }

        if (_apps.Count > 0 && (row.AppId is not { } app || !_apps.Contains(app)))
        {
            return false;
        }

        return (_users.Count == 0 || _users.Contains(row.UserId)) && (_sections.Count == 0 || InSections(row));
    }

    private bool InSections<TConversation>(TConversation row)
        where TConversation : IChosenConversation
    {
        if (row.SectionId is { } own)
        {
            return _sections.Contains(own);
        }

        var at = UnixMilliseconds.ToUtc(row.CreatedAt);
        return _members[row.UserId].Any(m =>
            (m.JoinedAtUtc is null || m.JoinedAtUtc <= at) && (m.LeftAtUtc is null || at < m.LeftAtUtc));
    }

    private static List<NamedId> Known(
        IReadOnlyList<string> ids, string field, Func<string, long?> find, Dictionary<string, string[]> problems)
    {
        var known = new List<NamedId>();
        foreach (var id in ids)
        {
            if (find(id) is { } number)
            {
                known.Add(new NamedId(number, id));
            }
            else
            {
                problems[field] = [.. problems.GetValueOrDefault(field, []), $"{id} is not in this workspace."];
            }
        }

        return known;
    }

    private static long? FindUser(UsageSession session, ActivityScope scope, Pseudonyms pseudonyms, string id)
    {
        if (!scope.Identified)
        {
            return pseudonyms.Find(session, scope.Organization, scope.Workspace.Id, id);
        }

        var row = session.Prepare(
            """
            SELECT u.id FROM usage_user u WHERE u.organization_id = ?1 AND u.public_id = ?2
            AND EXISTS (SELECT 1 FROM membership m WHERE m.workspace_id = ?3 AND m.user_id = u.id)
            """).Bind(1, scope.Organization.Id).Bind(2, id).Bind(3, scope.Workspace.Id);
        return row.Step() ? row.Number(0) : null;
    }

    private static long? Find(UsageSession session, string table, long workspaceId, string id)
    {
        var row = session.Prepare($"SELECT id FROM {table} WHERE workspace_id = ?1 AND public_id = ?2")
            .Bind(1, workspaceId).Bind(2, id);
        return row.Step() ? row.Number(0) : null;
    }

    private static ILookup<long, Membership> Members(UsageSession session, List<NamedId> sections)
    {
        var members = new List<Membership>();
        foreach (var section in sections)
        {
            var row = session.Prepare(
                "SELECT workspace_id, user_id, joined_at, left_at FROM membership WHERE section_id = ?1").Bind(1, section.Id);
            while (row.Step())
            {
                members.Add(new Membership
                {
                    WorkspaceId = row.Number(0),
                    UserId = row.Number(1),
                    SectionId = section.Id,
                    JoinedAtUtc = row.NullableNumber(2) is { } joined ? UnixMilliseconds.ToUtc(joined) : null,
                    LeftAtUtc = row.NullableNumber(3) is { } left ? UnixMilliseconds.ToUtc(left) : null,
                });
            }
        }

        return members.ToLookup(m => m.UserId);
    }
}

/// <summary>What conversations are chosen by.</summary>
internal interface IChosenConversation
{
    /// <summary>Milliseconds since 1970.</summary>
    long CreatedAt { get; }

    long UserId { get; }

    long? AppId { get; }

    long? SectionId { get; }

    /// <summary>Of all of its messages.</summary>
    MessageMarks Marks { get; }
}

/// <summary>A dimension's key and the id that people see.</summary>
public readonly record struct NamedId(long Id, string PublicId);
