using System.Text.Json;
using System.Text.Json.Nodes;
using UsageAdmin.Data;
using UsageAdmin.Exports;
using UsageAdmin.Organizations;

namespace UsageAdmin.Audit;

/// <summary>A filter with its ids looked up: the one query of page and file.</summary>
public sealed class AuditSelection
{
    /// <summary>Holds all that the conditions look at. Without being told, SQLite reads every entry in order of its number.</summary>
    private const string Index =
        "ix_audit_event_organization_id_at_no_action_workspace_id_actor_name_concerned_user_id_target";

    private const string Columns =
        """
        a.no, a.at, a.workspace_id, a.actor, a.actor_name, a.action, a.target, a.concerned_user_id, a.remote_address, a.details,
        a.hash
        """;

    private readonly AuditScope _scope;
    private readonly Pseudonyms _pseudonyms;
    private readonly AuditFilter _filter;
    private readonly (DateTime FromUtc, DateTime ToUtc)? _span;
    private readonly long? _workspaceId;
    private readonly long? _personId;
    private readonly string _exports;
    private readonly string _conditions;
    private readonly bool _isNarrowed;

    private AuditSelection(
        AuditScope scope, AuditFilter filter, DateRange? days, long lastNo, AuditPerson? person, long? personId, string exports,
        Pseudonyms pseudonyms, SqlDialect sql)
    {
        (_scope, _filter, _pseudonyms) = (scope, filter, pseudonyms);
        (Days, LastNo, Person, _personId, _exports) = (days, lastNo, person, personId, exports);
        _span = days?.ToUtc(scope.Zone);
        _workspaceId = scope.Workspaces.FirstOrDefault(w => w.PublicId == filter.Workspace)?.Id;
        _isNarrowed = filter.IsNarrowed || days is not null;
        _conditions = string.Join(" AND ", Conditions(sql));
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
            publicId is null ? "[]" : ExportsThatName(session, scope, publicId, pseudonyms), pseudonyms, session.Sql);
    }

    /// <summary>How many entries there are, and some of them, newest first.</summary>
    public (long Total, IEnumerable<AuditLine> Lines) Page(UsageSession session, long skip, int take)
    {
        // In one walk: to count, and then to look for the page, would be two.
        var numbers = new List<long>();
        var table = _isNarrowed ? session.Sql.Indexed("audit_event a", Index) : "audit_event a";
        var row = Bind(session.Prepare($"SELECT a.no FROM {table} WHERE {_conditions}"));
        while (row.Step())
        {
            numbers.Add(row.Number(0));
        }

        numbers.Sort();
        var end = (int)Math.Max(0, numbers.Count - skip);
        var start = Math.Max(0, end - take);
        return (numbers.Count, Lines(session, session.Prepare(
            $"""
            SELECT {Columns} FROM audit_event a WHERE a.organization_id = ?1 AND a.no IN ({session.Sql.NumbersOf("?2")})
            ORDER BY a.no DESC
            """).Bind(1, _scope.Organization.Id).Bind(2, JsonSerializer.Serialize(numbers[start..end]))));
    }

    /// <summary>All entries in order, made while they are read.</summary>
    public IEnumerable<AuditLine> Read(UsageSession session) => Lines(
        session, Bind(session.Prepare($"SELECT {Columns} FROM audit_event a WHERE {_conditions} ORDER BY a.no")));

    private IEnumerable<AuditLine> Lines(UsageSession session, Statement row)
    {
        var people = new Dictionary<long, AuditPerson?>();
        while (row.Step())
        {
            yield return new AuditLine(
                row.Number(0), UnixMilliseconds.ToUtc(row.Number(1)), row.NullableNumber(2), row.Text(3)!, row.Text(4),
                row.Text(5)!, row.Text(6), PersonOf(session, row.NullableNumber(7), people), row.Text(8),
                Shown(row.Text(9)!), row.Text(10)!);
        }
    }

    private IEnumerable<string> Conditions(SqlDialect sql)
    {
        yield return "a.organization_id = ?1 AND a.no <= ?2";
        if (_span is not null)
        {
            yield return "a.at >= ?3 AND a.at < ?4";
        }

        if (_filter.Group is not null)
        {
            yield return "substr(a.action, 1, length(?5)) = ?5";
        }

        if (_filter.Actor is not null)
        {
            yield return $@"a.actor_name {sql.CaselessLike} ?6 ESCAPE '\'";
        }

        if (_filter.Workspace is not null)
        {
            yield return "a.workspace_id = ?7";
        }

        if (_filter.Person is not null)
        {
            yield return $"(a.concerned_user_id = ?8 OR {sql.IsOneOf("a.target", "?9")})";
        }
    }

    /// <summary>Only what <see cref="Conditions"/> has: SQLite refuses values for the rest.</summary>
    private Statement Bind(Statement row)
    {
        row.Bind(1, _scope.Organization.Id).Bind(2, LastNo);
        if (_span is var (from, to))
        {
            row.Bind(3, UnixMilliseconds.From(from)).Bind(4, UnixMilliseconds.From(to));
        }

        if (_filter.Group is { } group)
        {
            row.Bind(5, $"{group}.");
        }

        if (_filter.Actor is { } actor)
        {
            row.Bind(6, $"%{Escaped(actor)}%");
        }

        // Nothing has an id of -1.
        if (_filter.Workspace is not null)
        {
            row.Bind(7, _workspaceId ?? -1);
        }

        return _filter.Person is null ? row : row.Bind(8, _personId ?? -1).Bind(9, _exports);
    }

    private static (long? Id, string? PublicId) Find(
        UsageSession session, AuditScope scope, string person, Pseudonyms pseudonyms)
    {
        if (!scope.Identified && !Pseudonyms.IsOne(person))
        {
            return default;
        }

        var row = session.Prepare(
            $"SELECT id, public_id FROM usage_user WHERE organization_id = ?1 {(scope.Identified ? "AND public_id = ?2" : "")}")
            .Bind(1, scope.Organization.Id);
        if (scope.Identified)
        {
            row.Bind(2, person);
        }

        while (row.Step())
        {
            var publicId = row.Text(1)!;
            if (scope.Identified || pseudonyms.Of(scope.Organization, publicId) == person)
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
            SELECT public_id, parameters FROM export WHERE organization_id = ?1 AND parameters LIKE '%"users"%'
            """).Bind(1, scope.Organization.Id);
        var (sought, found) = (new[] { publicId, pseudonyms.Of(scope.Organization, publicId) }, new List<string>());
        while (row.Step())
        {
            using var parameters = JsonDocument.Parse(row.Text(1)!);
            if (parameters.RootElement.TryGetProperty("users", out var users) && users.ValueKind == JsonValueKind.Array
                && users.EnumerateArray().Any(u => u.ValueKind == JsonValueKind.String && sought.Contains(u.GetString()!)))
            {
                found.Add(row.Text(0)!);
            }
        }

        return JsonSerializer.Serialize(found);
    }

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
