using System.Text.Json;
using System.Text.Json.Nodes;
using UsageAdmin.Data;
using UsageAdmin.Exports;
using UsageAdmin.Organizations;

namespace UsageAdmin.Audit;

/// <summary>A filter with its ids looked up: the one query of page and file.</summary>
public sealed class AuditSelection
{
    private const string Matching =
        """
        FROM audit_event a WHERE a.organization_id = ?1 AND a.no <= ?2 AND a.at >= ?3 AND a.at < ?4
        AND (?5 IS NULL OR substr(a.action, 1, length(?5)) = ?5)
        AND (?6 IS NULL OR a.actor_name LIKE ?6 ESCAPE '\')
        AND (?7 IS NULL OR a.workspace_id = ?7)
        AND (?8 IS NULL OR a.concerned_user_id = ?8 OR a.target IN (SELECT value FROM json_each(?9)))
        """;

    private readonly AuditScope _scope;
    private readonly Pseudonyms _pseudonyms;
    private readonly AuditFilter _filter;
    private readonly (DateTime FromUtc, DateTime ToUtc) _span;
    private readonly long? _workspaceId;
    private readonly long? _personId;
    private readonly string _exports;

    private AuditSelection(
        AuditScope scope, AuditFilter filter, DateRange? days, long lastNo, AuditPerson? person, long? personId, string exports,
        Pseudonyms pseudonyms)
    {
        (_scope, _filter, _pseudonyms) = (scope, filter, pseudonyms);
        (Days, LastNo, Person, _personId, _exports) = (days, lastNo, person, personId, exports);
        _span = days?.ToUtc(scope.Zone) ?? (DateTime.UnixEpoch.AddYears(-1000), DateTime.UnixEpoch.AddYears(5000));
        _workspaceId = scope.Workspaces.FirstOrDefault(w => w.PublicId == filter.Workspace)?.Id;
    }

    /// <summary>Null: all time.</summary>
    public DateRange? Days { get; }

    /// <summary>The newest entry when the selection was made; newer ones are left out.</summary>
    public long LastNo { get; }

    /// <summary>The person of the filter; null: none.</summary>
    public AuditPerson? Person { get; }

    /// <summary>Looks the filter's ids up. Those that do not exist are named in <paramref name="problems"/>.</summary>
    public static AuditSelection Resolve(
        UsageSession session, AuditScope scope, AuditFilter filter, Pseudonyms pseudonyms, TimeProvider time,
        out IReadOnlyDictionary<string, string[]> problems)
    {
        var found = new Dictionary<string, string[]>(StringComparer.Ordinal);
        problems = found;
        if (filter.Workspace is { } workspace && scope.Workspaces.All(w => w.PublicId != workspace))
        {
            found["workspace"] = [$"{workspace} is not in this organisation."];
        }

        var (personId, publicId) = filter.Person is { } person ? Find(session, scope, person, pseudonyms) : default;
        if (filter.Person is { } unknown && personId is null)
        {
            found["person"] = [$"{unknown} is nobody in this organisation."];
        }

        var newest = session.Prepare("SELECT coalesce(max(no), 0) FROM audit_event WHERE organization_id = ?1")
            .Bind(1, scope.Organization.Id);
        newest.Step();
        return new AuditSelection(
            scope, filter, filter.Resolve(scope.Today(time), scope.Organization.FirstDayOfWeek), newest.Number(0),
            AuditPerson.Of(session, personId, scope.Identified ? null : id => pseudonyms.Of(scope.Organization, id)), personId,
            publicId is null ? "[]" : ExportsThatName(session, scope, publicId, pseudonyms), pseudonyms);
    }

    public long Count(UsageSession session)
    {
        var row = Bind(session.Prepare($"SELECT count(*) {Matching}"));
        row.Step();
        return row.Number(0);
    }

    /// <summary>The entries, made while they are read: in order, or newest first.</summary>
    public IEnumerable<AuditLine> Read(UsageSession session, bool newestFirst, long skip = 0, long take = long.MaxValue)
    {
        var row = Bind(session.Prepare(
            $"""
            SELECT a.no, a.at, a.workspace_id, a.actor, a.actor_name, a.action, a.target, a.concerned_user_id,
            a.remote_address, a.details, a.hash {Matching} ORDER BY a.no {(newestFirst ? "DESC" : "")} LIMIT ?10 OFFSET ?11
            """)).Bind(10, take).Bind(11, skip);
        var people = new Dictionary<long, AuditPerson?>();
        while (row.Step())
        {
            yield return new AuditLine(
                row.Number(0), UnixMilliseconds.ToUtc(row.Number(1)), row.NullableNumber(2), row.Text(3)!, row.Text(4),
                row.Text(5)!, row.Text(6), PersonOf(session, row.NullableNumber(7), people), row.Text(8),
                Shown(row.Text(9)!), row.Text(10)!);
        }
    }

    private static (long? Id, string? PublicId) Find(
        UsageSession session, AuditScope scope, string person, Pseudonyms pseudonyms)
    {
        var row = session.Prepare("SELECT id, public_id FROM usage_user WHERE organization_id = ?1").Bind(1, scope.Organization.Id);
        while (row.Step())
        {
            var publicId = row.Text(1)!;
            if ((scope.Identified ? publicId : pseudonyms.Of(scope.Organization, publicId)) == person)
            {
                return (row.Number(0), publicId);
            }
        }

        return default;
    }

    /// <summary>Ids of the exports whose filter names the person, in either way, as a JSON array.</summary>
    private static string ExportsThatName(UsageSession session, AuditScope scope, string publicId, Pseudonyms pseudonyms)
    {
        var row = session.Prepare(
            """
            SELECT json_group_array(public_id) FROM export WHERE organization_id = ?1
            AND EXISTS (SELECT 1 FROM json_each(parameters, '$.users') WHERE value IN (?2, ?3))
            """).Bind(1, scope.Organization.Id).Bind(2, publicId).Bind(3, pseudonyms.Of(scope.Organization, publicId));
        row.Step();
        return row.Text(0)!;
    }

    private Statement Bind(Statement row) => row.Bind(1, _scope.Organization.Id).Bind(2, LastNo)
        .Bind(3, UnixMilliseconds.From(_span.FromUtc)).Bind(4, UnixMilliseconds.From(_span.ToUtc))
        .Bind(5, _filter.Group is { } group ? $"{group}." : null)
        .Bind(6, _filter.Actor is { } actor ? $"%{Escaped(actor)}%" : null)
        .Bind(7, _filter.Workspace is null ? null : _workspaceId ?? -1)
        .Bind(8, _filter.Person is null ? null : _personId ?? -1).Bind(9, _exports);

    private static string Escaped(string text) => text.Replace(@"\", @"\\", StringComparison.Ordinal)
        .Replace("%", @"\%", StringComparison.Ordinal).Replace("_", @"\_", StringComparison.Ordinal);

    private AuditPerson? PersonOf(UsageSession session, long? userId, Dictionary<long, AuditPerson?> known)
    {
        if (userId is not { } id)
        {
            return null;
        }

        if (!known.TryGetValue(id, out var person))
        {
            person = AuditPerson.Of(session, id, _scope.Identified ? null : of => _pseudonyms.Of(_scope.Organization, of));
            known.Add(id, person);
        }

        return person;
    }

    /// <summary>Where user-level data is off, without the ids of people that it holds from before.</summary>
    private string Shown(string details)
    {
        if (_scope.Identified || !details.Contains("\"users\"", StringComparison.Ordinal)
            || JsonNode.Parse(details) is not JsonObject shown || shown["users"] is not JsonArray users)
        {
            return details;
        }

        shown["users"] = new JsonArray([.. users
            .Where(u => u?.GetValueKind() == JsonValueKind.String).Select(u => u!.GetValue<string>())
            .Select(id => (JsonNode)(Pseudonyms.IsOne(id) ? id : _pseudonyms.Of(_scope.Organization, id)))]);
        return shown.ToJsonString();
    }
}
