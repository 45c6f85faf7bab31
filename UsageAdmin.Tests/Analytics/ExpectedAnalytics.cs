using System.Globalization;
using UsageAdmin.Tests.Support;

namespace UsageAdmin.Tests.Analytics;

/// <summary>
/// The rows of the four files made from raw messages, by the words of decisions.md and exports.md and without a line of the
/// export's code: slowly, one question at a time.
/// </summary>
internal sealed class ExpectedAnalytics
{
    private sealed record Message(
        long Workspace, long No, long User, long? App, long At, long ConversationAt, bool IsUser, long Marks, string Month, DateOnly Day);

    private sealed record Conversation(long Workspace, long No, long User, long? App, long At, long? End, string Month);

    private sealed record App(
        long Id, long Workspace, string PublicId, string? Name, string? Category, long? Creator, bool IsPublished, long? Published,
        long? Created, long? Archived);

    private sealed record Stay(long Id, long Workspace, long User, long? Joined, long? Left, long Role);

    private readonly TestDatabase _database;
    private readonly TimeZoneInfo _zone;
    private readonly List<Message> _messages;
    private readonly List<Conversation> _conversations;
    private readonly List<App> _apps;
    private readonly List<Stay> _stays;
    private readonly Dictionary<long, (string PublicId, string? Name, string? Email)> _users;
    private readonly Dictionary<long, (string PublicId, string Name)> _workspaces;
    private readonly ILookup<(long, long, long), (long From, string? Value)> _values;
    private readonly Dictionary<long, long> _firstData;

    public ExpectedAnalytics(TestDatabase database, TimeZoneInfo zone, params string[] workspaces)
    {
        (_database, _zone) = (database, zone);
        _workspaces = Query("SELECT id, public_id, name FROM workspace", r => (Id: r.Long(0), (r.Text(1)!, r.Text(2)!)))
            .Where(w => workspaces.Length == 0 || workspaces.Contains(w.Item2.Item1)).ToDictionary(w => w.Id, w => w.Item2);
        _messages = [.. Query(
            """
            SELECT m.workspace_id, c.no, c.user_id, c.app_id, m.created_at, c.created_at, m.source, m.marks
            FROM message m JOIN conversation c ON c.workspace_id = m.workspace_id AND c.no = m.conversation_no
            WHERE m.source <= 2 AND m.marks & 768 = 0
            """,
            r => new Message(
                r.Long(0), r.Long(1), r.Long(2), r.Null(3), r.Long(4), r.Long(5), r.Long(6) == 0, r.Long(7), MonthOf(r.Long(4)), DayOf(r.Long(4))))
            .Where(m => _workspaces.ContainsKey(m.Workspace))];
        _conversations = [.. Query(
            "SELECT workspace_id, no, user_id, app_id, created_at, ended_at FROM conversation",
            r => new Conversation(r.Long(0), r.Long(1), r.Long(2), r.Null(3), r.Long(4), r.Null(5), MonthOf(r.Long(4))))
            .Where(c => _workspaces.ContainsKey(c.Workspace))];
        _apps = [.. Query(
            "SELECT id, workspace_id, public_id, name, category, creator_user_id, is_published, published_at, created_at, archived_at FROM app",
            r => new App(r.Long(0), r.Long(1), r.Text(2)!, r.Text(3), r.Text(4), r.Null(5), r.Long(6) != 0, r.Null(7), r.Null(8), r.Null(9)))
            .Where(a => _workspaces.ContainsKey(a.Workspace))];
        _stays = [.. Query(
            """
            SELECT m.id, m.workspace_id, m.user_id, coalesce(m.joined_at, CASE WHEN u.joined_at >= m.left_at THEN NULL ELSE u.joined_at END),
                m.left_at, m.role FROM membership m JOIN usage_user u ON u.id = m.user_id WHERE m.section_id IS NULL
            """,
            r => new Stay(r.Long(0), r.Long(1), r.Long(2), r.Null(3), r.Null(4), r.Long(5))).Where(s => _workspaces.ContainsKey(s.Workspace))];
        _users = Query("SELECT id, public_id, name, email FROM usage_user", r => (r.Long(0), (r.Text(1)!, r.Text(2), r.Text(3))))
            .ToDictionary(u => u.Item1, u => u.Item2);
        _values = Query(
            "SELECT entity_type, entity_id, attribute, valid_from, value FROM attribute_value ORDER BY valid_from",
            r => (Key: (r.Long(0), r.Long(1), r.Long(2)), Value: (r.Long(3), r.Text(4)))).ToLookup(v => v.Key, v => v.Value);
        _firstData = _workspaces.Keys.ToDictionary(w => w, w => _messages.Where(m => m.Workspace == w).Select(m => m.At)
            .Concat(_conversations.Where(c => c.Workspace == w).Select(c => c.At)).DefaultIfEmpty(long.MinValue).Min());
    }

    public IEnumerable<string> Users(string month)
    {
        var (from, to) = Bounds(month);
        var sent = _messages.Where(m => m.Month == month).ToLookup(m => m.User);
        var rows = _users.Keys.Select(id =>
        {
            var mine = sent[id].ToList();
            var apps = _apps.Where(a => a.Creator == id && Exists(a, month)).ToList();
            var onApps = _messages.Where(m => m.Month == month && apps.Any(a => a.Id == m.App)).ToList();
            var isShown = mine.Count > 0 || apps.Count > 0 || _conversations.Any(c => c.User == id && c.Month == month)
                || _stays.Any(s => s.User == id && Joined(s) < to && (s.Left ?? long.MaxValue) > from);
            var categories = onApps.Select(m => m.App!.Value).Distinct().GroupBy(a => Category(_apps.First(x => x.Id == a), to))
                .OrderByDescending(c => c.Count()).ThenBy(c => c.Key, StringComparer.Ordinal).Select(c => $"\"{c.Key}\":{c.Count()}");
            return (IsShown: isShown, Sent: mine.Count(m => m.IsUser), Id: _users[id].PublicId, Line: Line(
                month, "false", "acme", _users[id].PublicId, ValueAt(1, id, 1, to, _users[id].Name), ValueAt(1, id, 2, to, _users[id].Email),
                Role(id, to), _stays.Where(s => s.User == id && LastsAt(s, to)).Select(s => s.Workspace).Distinct().Count(),
                apps.Count(a => a.Created >= from && a.Created < to), apps.Count(a => a.Published >= from && a.Published < to), apps.Count,
                apps.Count(a => WasPublished(a, to)), $"{{{string.Join(',', categories)}}}",
                _conversations.Count(c => c.User == id && c.Month == month), mine.Count(m => m.IsUser), mine.Select(m => m.Day).Distinct().Count(),
                onApps.Select(m => m.User).Distinct().Count(), onApps.Select(m => (m.Workspace, m.No)).Distinct().Count(),
                mine.Count == 0 ? null : mine.Max(m => m.Day)));
        }).Where(r => r.IsShown).ToList();
        var orphans = _apps.Where(a => a.Creator is null && Exists(a, month)).ToList();
        if (orphans.Count > 0)
        {
            var onApps = _messages.Where(m => m.Month == month && orphans.Any(a => a.Id == m.App)).ToList();
            var categories = onApps.Select(m => m.App!.Value).Distinct().GroupBy(a => Category(_apps.First(x => x.Id == a), to))
                .OrderByDescending(c => c.Count()).ThenBy(c => c.Key, StringComparer.Ordinal).Select(c => $"\"{c.Key}\":{c.Count()}");
            rows.Add((true, 0, "unknown", Line(
                month, "false", "acme", "unknown", null, null, "member", 0, orphans.Count(a => a.Created >= from && a.Created < to),
                orphans.Count(a => a.Published >= from && a.Published < to), orphans.Count, orphans.Count(a => WasPublished(a, to)),
                $"{{{string.Join(',', categories)}}}", 0, 0, 0, onApps.Select(m => m.User).Distinct().Count(),
                onApps.Select(m => (m.Workspace, m.No)).Distinct().Count(), null)));
        }

        return rows.OrderByDescending(r => r.Sent).ThenBy(r => r.Id, StringComparer.Ordinal).Select(r => r.Line);
    }

    public IEnumerable<string> Apps(string month)
    {
        var (_, to) = Bounds(month);
        var keys = _apps.Where(a => Exists(a, month)).Select(a => (a.Workspace, App: (App?)a))
            .Concat(_workspaces.Keys.Select(w => (Workspace: w, App: (App?)null)));
        return keys.Select(key =>
        {
            var ever = _messages.Where(m => m.Workspace == key.Workspace && m.App == key.App?.Id).ToList();
            var mine = ever.Where(m => m.Month == month).ToList();
            var sessions = mine.Select(m => m.No).Distinct().Count();
            var users = mine.Select(m => m.User).Distinct().ToList();
            var isNew = users.Count(u => !ever.Any(m => m.User == u && string.CompareOrdinal(m.Month, month) < 0));
            var durations = _conversations.Where(c => c.Workspace == key.Workspace && c.App == key.App?.Id && c.Month == month && c.End >= c.At)
                .Select(c => (c.End!.Value - c.At) / 1000m).Order().ToList();
            var app = key.App;
            var creator = app?.Creator;
            return (mine.Count, Workspace: _workspaces[key.Workspace].PublicId, Id: app?.PublicId ?? "", Line: Line(
                month, "false", "acme", _workspaces[key.Workspace].PublicId, _workspaces[key.Workspace].Name, app?.PublicId,
                app is null ? null : ValueAt(2, app.Id, 1, to, app.Name), app is null ? null : Status(app, to), app is null ? null : Category(app, to),
                app is null ? null : ValueAt(2, app.Id, 6, to, "gpt-4o"), creator is { } c1 ? _users[c1].PublicId : null,
                creator is { } c2 ? ValueAt(1, c2, 1, to, _users[c2].Name) : null, creator is { } c3 ? ValueAt(1, c3, 2, to, _users[c3].Email) : null,
                app?.Created is { } created ? DayOf(created) : null, app?.Published is { } published && published < to ? DayOf(published) : null,
                users.Count, isNew, users.Count - isNew, sessions, mine.Count(m => m.IsUser), mine.Count, Average(mine.Count, sessions),
                durations.Count == 0 ? null : Average(durations.Sum(), durations.Count),
                durations.Count == 0 ? null : Average(durations[(durations.Count - 1) / 2] + durations[durations.Count / 2], 2),
                mine.Count(m => (m.Marks & 7) != 0), mine.Count(m => (m.Marks & 8) != 0), mine.Count(m => (m.Marks & 1) != 0),
                mine.Count(m => (m.Marks & 2) != 0), mine.Count(m => (m.Marks & 4) != 0), mine.Count == 0 ? null : mine.Max(m => m.Day)));
        }).OrderByDescending(r => r.Count).ThenBy(r => r.Workspace, StringComparer.Ordinal).ThenBy(r => r.Id, StringComparer.Ordinal).Select(r => r.Line);
    }

    /// <summary>Without the share, which is tested by itself.</summary>
    public IEnumerable<string> Categories(string month)
    {
        var (_, to) = Bounds(month);
        return _apps.Where(a => Exists(a, month)).GroupBy(a => Category(a, to)).Select(category =>
        {
            var mine = _messages.Where(m => m.Month == month && category.Any(a => a.Id == m.App)).ToList();
            var active = mine.Select(m => m.App).Distinct().Count();
            var published = category.Count(a => WasPublished(a, to));
            return (IsShown: active + published > 0, mine.Count, category.Key, Line: Line(
                month, "false", "acme", category.Key, active, published, mine.Select(m => m.User).Distinct().Count(),
                mine.Select(m => (m.Workspace, m.No)).Distinct().Count(), mine.Count));
        }).Where(c => c.IsShown).OrderByDescending(c => c.Count).ThenBy(c => c.Key, StringComparer.Ordinal).Select(c => c.Line);
    }

    /// <summary>Without its last columns, which name the most used category and model.</summary>
    public string General(string month)
    {
        var (from, to) = Bounds(month);
        var mine = _messages.Where(m => m.Month == month).ToList();
        var apps = _apps.Where(a => Exists(a, month)).ToList();
        var sessions = mine.Select(m => (m.Workspace, m.No)).Distinct().Count();
        return Line(
            month, "false", "acme", "Acme", _workspaces.Count, _stays.Where(s => LastsAt(s, to)).Select(s => s.User).Distinct().Count(),
            mine.Select(m => m.User).Distinct().Count(), apps.Where(a => mine.Any(m => m.App == a.Id)).Select(a => a.Creator).Distinct().Count(),
            apps.Count, apps.Count(a => WasPublished(a, to)), apps.Count(a => a.Created >= from && a.Created < to),
            apps.Count(a => a.Published >= from && a.Published < to), mine.Where(m => m.App is not null).Select(m => m.App).Distinct().Count(),
            sessions, mine.Count(m => m.IsUser), mine.Count, Average(mine.Count, sessions), mine.Count(m => (m.Marks & 7) != 0),
            mine.Count(m => (m.Marks & 8) != 0));
    }

    private bool Exists(App app, string month) =>
        (app.Created ?? StartOfDay(_firstData[app.Workspace])) < Bounds(month).To || _messages.Any(m => m.App == app.Id && m.Month == month);

    private bool WasPublished(App app, long to) =>
        app.Published is { } at ? at < to : app.IsPublished && (app.Created ?? StartOfDay(_firstData[app.Workspace])) < to;

    private string Status(App app, long to)
    {
        if (app.Archived < to)
        {
            return "archived";
        }

        return app.Published is { } at ? at < to ? "published" : "draft"
            : ValueAt(2, app.Id, 5, to, null) is { } known and not "archived" ? known : app.IsPublished ? "published" : "draft";
    }

    private string Category(App app, long to) => ValueAt(2, app.Id, 4, to, app.Category) ?? "uncategorized";

    private string Role(long user, long to)
    {
        var stays = _stays.Where(s => s.User == user).ToList();
        var lasting = stays.Where(s => LastsAt(s, to)).ToList();
        string[] names = ["member", "editor", "admin"];
        string RoleOf(Stay s) => ValueAt(8, s.Id, 3, to, names[s.Role]) ?? names[s.Role];
        return lasting.Count > 0 ? names[lasting.Max(s => Array.IndexOf(names, RoleOf(s)))]
            : stays.Count > 0 ? RoleOf(stays.Where(s => s.Left is not null).OrderBy(s => s.Left).LastOrDefault() ?? stays.OrderBy(s => s.Joined).First())
            : "member";
    }

    /// <summary>Who has no known start was there from the UTC day of the workspace's first data.</summary>
    private long Joined(Stay stay) => stay.Joined ?? StartOfDay(_firstData[stay.Workspace]);

    private bool LastsAt(Stay stay, long to) => Joined(stay) < to && (stay.Left ?? long.MaxValue) >= to;

    private static long StartOfDay(long at) => at == long.MinValue ? at : at / 86_400_000 * 86_400_000;

    private string? ValueAt(long type, long id, long attribute, long to, string? newest)
    {
        var values = _values[(type, id, attribute)].ToList();
        return values.Count == 0 ? newest : values.Where(v => v.From < to).DefaultIfEmpty(values[0]).Last().Value;
    }

    private (long From, long To) Bounds(string month)
    {
        var first = DateTime.ParseExact(month, "yyyy-MM", CultureInfo.InvariantCulture);
        long Start(DateTime local) => new DateTimeOffset(local, _zone.GetUtcOffset(local)).ToUnixTimeMilliseconds();
        return (Start(first), Start(first.AddMonths(1)));
    }

    private DateOnly DayOf(long at) =>
        DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(DateTimeOffset.FromUnixTimeMilliseconds(at), _zone).DateTime);

    private string MonthOf(long at) => DayOf(at).ToString("yyyy-MM", CultureInfo.InvariantCulture);

    private static string? Average(decimal sum, int count) => count == 0 ? null
        : Math.Round(sum / count, 2, MidpointRounding.AwayFromZero).ToString("0.00", CultureInfo.InvariantCulture);

    private static string Line(params object?[] cells) => string.Join('|', cells.Select(c => c switch
    {
        DateOnly day => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        _ => Convert.ToString(c, CultureInfo.InvariantCulture),
    }));

    private List<T> Query<T>(string sql, Func<Row, T> make) =>
        [.. Rows.Read(_database.Database, sql, values => make(new Row(values)))];

    private sealed class Row(object?[] values)
    {
        public long Long(int column) => (long)values[column]!;

        public long? Null(int column) => (long?)values[column];

        public string? Text(int column) => (string?)values[column];
    }
}
