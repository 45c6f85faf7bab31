using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using UsageAdmin.Tests.Support;
using UsageAdmin.Usage;

namespace UsageAdmin.Tests.Usage;

/// <summary>
/// The rows of the five files made from raw messages, by the words of decisions.md and exports.md and without a line of the
/// export's code: slowly, one question at a time. For an organisation with user-level data, tokens and the extended layout.
/// </summary>
internal sealed class ExpectedUsage
{
    private static readonly JsonSerializerOptions Json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private sealed record Message(
        long No, long Seq, long At, long User, string? App, string? Project, string Model, bool IsUser, bool IsExported, bool IsRequest,
        bool IsFailed, long? In, long? Out, long Cached, long Created, long? Cost, long? Delay, int Positive, int Negative);

    private sealed record Request(
        string? App, string? Project, string Model, long? User, bool IsFailed, long? In, long? Out, long Cached, long Created, decimal? Cost,
        long? Delay = null, int Positive = 0, int Negative = 0, bool IsAlone = false);

    private readonly TestDatabase _database;
    private readonly UsagePeriod _period;
    private readonly long _from;
    private readonly long _to;
    private readonly List<Message> _messages;
    private readonly List<Request> _requests;
    private readonly List<(long User, string Name)> _actions;
    private readonly Dictionary<long, string> _ids;
    private readonly ILookup<(long, long, long), (long From, string? Value)> _values;

    public ExpectedUsage(TestDatabase database, UsagePeriod period)
    {
        (_database, _period) = (database, period);
        _from = new DateTimeOffset(period.FromUtc).ToUnixTimeMilliseconds();
        _to = new DateTimeOffset(period.ToUtc).ToUnixTimeMilliseconds();
        _values = Query(
            "SELECT entity_type, entity_id, attribute, valid_from, value FROM attribute_value ORDER BY valid_from",
            r => ((N(r[0])!.Value, N(r[1])!.Value, N(r[2])!.Value), (N(r[3])!.Value, r[4]))).ToLookup(v => v.Item1, v => v.Item2);
        _ids = Query("SELECT id, public_id FROM usage_user", r => (N(r[0])!.Value, r[1]!)).ToDictionary(u => u.Item1, u => u.Item2);
        var all = Query(
            """
            SELECT c.no, m.seq, m.created_at, c.user_id, a.public_id, p.public_id,
                coalesce(mm.public_id, (SELECT am.public_id FROM message x LEFT JOIN model am ON am.id = x.model_id
                    WHERE x.conversation_no = c.no AND x.parent_seq = m.seq AND x.source = 1 AND x.marks & 768 = 0
                    ORDER BY x.seq LIMIT 1), cm.public_id, 'unknown'),
                m.source = 0, m.source <= 2 AND m.marks & 768 = 0, m.source = 1, m.marks & 512 > 0, m.input_tokens, m.output_tokens,
                coalesce(m.cached_input_tokens, 0), coalesce(m.cache_creation_tokens, 0), m.cost_micro_usd,
                CASE WHEN q.source = 0 AND q.marks & 1792 = 0 AND m.marks & 1792 = 0 AND q.created_at <= m.created_at
                    THEN m.created_at - q.created_at END,
                (SELECT count(*) FROM message_feedback f WHERE f.conversation_no = c.no AND f.seq = m.seq AND f.rating = 1),
                (SELECT count(*) FROM message_feedback f WHERE f.conversation_no = c.no AND f.seq = m.seq AND f.rating = -1)
            FROM message m JOIN conversation c ON c.no = m.conversation_no LEFT JOIN app a ON a.id = c.app_id
                LEFT JOIN project p ON p.id = c.project_id LEFT JOIN model mm ON mm.id = m.model_id
                LEFT JOIN model cm ON cm.id = c.model_id
                LEFT JOIN message q ON q.conversation_no = c.no AND q.seq = m.parent_seq
            """,
            r => new Message(
                N(r[0])!.Value, N(r[1])!.Value, N(r[2])!.Value, N(r[3])!.Value, r[5] is null ? r[4] : null, r[5], r[6]!, r[7] == "1",
                r[8] == "1", r[9] == "1", r[10] == "1", N(r[11]), N(r[12]), N(r[13])!.Value, N(r[14])!.Value, N(r[15]), N(r[16]),
                (int)N(r[17])!, (int)N(r[18])!));
        var inside = all.Where(m => IsIn(m.At)).ToList();
        _messages = [.. inside.Where(m => m.IsExported)];
        _requests =
        [
            .. inside.Where(m => m.IsRequest).GroupBy(m => (m.No, Slot: m.At / 900_000 * 900_000, m.Model)).SelectMany(group =>
            {
                var cost = CostOf(
                    group.Key.Model, group.Key.Slot, [.. group.Select(m => (m.In, m.Out, m.Cost, m.IsFailed))]);
                return group.Select((m, i) => new Request(
                    m.App, m.Project, m.Model, m.User, m.IsFailed, m.In, m.Out, m.Cached, m.Created, i == 0 ? cost : 0,
                    m.IsExported ? m.Delay : null, m.IsExported ? m.Positive : 0, m.IsExported ? m.Negative : 0));
            }),
            .. Query(
                """
                SELECT CASE WHEN e.project_id IS NULL THEN a.public_id END, p.public_id, coalesce(m.public_id, 'unknown'), e.user_id,
                    e.input_tokens, e.output_tokens, coalesce(e.cached_input_tokens, 0), coalesce(e.cache_creation_tokens, 0),
                    e.cost_micro_usd, e.created_at
                FROM usage_event e LEFT JOIN app a ON a.id = e.app_id LEFT JOIN project p ON p.id = e.project_id
                    LEFT JOIN model m ON m.id = e.model_id WHERE e.message_external_id IS NULL
                """,
                r => (At: N(r[9])!.Value, Request: new Request(
                    r[0], r[1], r[2]!, N(r[3]), false, N(r[4]), N(r[5]), N(r[6])!.Value, N(r[7])!.Value,
                    CostOf(r[2]!, N(r[9])!.Value, [(N(r[4]), N(r[5]), N(r[8]), false)]), IsAlone: true))).Where(e => IsIn(e.At)).Select(e => e.Request),
        ];
        _actions =
        [
            .. Query(
                "SELECT used_at, conversation_no, seq, user_id, n.name, ordinal FROM action_use a JOIN action_name n ON n.id = a.action_name_id",
                r => (At: N(r[0])!.Value, No: r[1]!, Seq: r[2], User: N(r[3])!.Value, Name: r[4]!, Ordinal: N(r[5])!.Value))
                .OrderBy(a => a.At).ThenBy(a => a.Ordinal)
                .GroupBy(a => (a.No, Message: a.Seq ?? $"alone {a.Ordinal}", a.Name)).Select(g => g.First())
                .Where(a => IsIn(a.At)).Select(a => (a.User, a.Name)),
        ];
    }

    /// <summary>A period in which nothing happened has no rows.</summary>
    private bool IsEmpty => !_messages.Any(m => m.IsUser) && !_requests.Any(r => r.IsAlone)
        && !Query("SELECT started_at FROM workflow_run", r => N(r[0])!.Value).Any(IsIn);

    public List<string> Users()
    {
        var sent = _messages.Where(m => m.IsUser).ToLookup(m => m.User);
        var stays = Query(
            "SELECT user_id, joined_at, left_at, role, id FROM membership WHERE section_id IS NULL ORDER BY coalesce(joined_at, -1)",
            r => (User: N(r[0])!.Value, Joined: N(r[1]), Left: N(r[2]), Role: (int)N(r[3])!, Id: N(r[4])!.Value));
        var first = FirstData();
        var users = IsEmpty ? [] : _ids.Keys.Where(id => sent[id].Any() || _requests.Any(r => r.User == id) || _actions.Any(a => a.User == id)
            || stays.Any(s => s.User == id && (s.Joined ?? first) < _to && (s.Left ?? long.MaxValue) > _from)).ToList();
        return
        [
            .. users.OrderByDescending(id => sent[id].Count()).ThenBy(id => _ids[id], StringComparer.Ordinal).Select(id =>
            {
                var mine = sent[id].ToList();
                var actions = _actions.Where(a => a.User == id).ToList();
                var requests = _requests.Where(r => r.User == id).ToList();
                var stay = stays.LastOrDefault(s => s.User == id && (s.Joined ?? long.MinValue) < _to);
                var days = mine.Select(m => DayOf(m.At)).Distinct().Order().ToList();
                return Row([
                    .. Start(), _ids[id], ValueAt(1, id, 1) ?? "", ValueAt(1, id, 2) ?? "",
                    stays.Any(s => s.User == id) ? new[] { "member", "editor", "admin" }[stays.Last(s => s.User == id).Role] : "member",
                    stay.Joined is { } joined ? UtcDay(joined) : "",
                    mine.Count, Rank(m => true), mine.Count(IsChat), Rank(IsChat), mine.Count(m => m.App is not null),
                    Rank(m => m.App is not null), mine.Select(m => m.App).OfType<string>().Distinct().Count(),
                    Map(mine.Select(m => m.App).OfType<string>()), mine.Count(m => m.Project is not null), Rank(m => m.Project is not null),
                    mine.Select(m => m.Project).OfType<string>().Distinct().Count(), Map(mine.Select(m => m.Project).OfType<string>()),
                    Map(mine.Select(m => m.Model)), actions.Count, actions.Select(a => a.Name).Distinct().Count(),
                    Map(actions.Select(a => a.Name)), .. Tokens(requests),
                    OfModels(requests, r => r.Sum(x => x.In ?? 0), "0"), OfModels(requests, r => r.Sum(x => x.Out ?? 0), "0"),
                    OfModels(requests, r => r.Any(x => x.Cost is null) ? null : Math.Round(r.Sum(x => x.Cost!.Value), MidpointRounding.AwayFromZero) / 1_000_000, "0.000000"),
                    days.Count, days.Count == 0 ? "" : $"{days[0]:yyyy-MM-dd}", days.Count == 0 ? "" : $"{days[^1]:yyyy-MM-dd}", SectionsOf(id),
                ]);

                int Rank(Func<Message, bool> counts) => 1 + users.Count(other => sent[other].Count(counts) > mine.Count(counts));
            }),
        ];
    }

    public List<string> Assistants() => Entities("app", 2, id =>
    {
        var mine = _messages.Where(m => m.App == id).ToList();
        var requests = _requests.Where(r => r.App == id).ToList();
        var asked = mine.Where(m => m.IsUser).ToList();
        var tokens = requests.Where(r => r.In is not null || r.Out is not null).ToList();
        var delays = requests.Where(r => r.Delay is not null).ToList();
        var active = mine.Select(m => m.User).Distinct().Count();
        var owner = Query("SELECT creator_user_id, description, url FROM app WHERE public_id = ?1", r => r, id).Single();
        return (asked.Count, mine.Count + requests.Count > 0, [
            asked.Count, asked.Select(m => m.User).Distinct().Count(), active, mine.Select(m => m.No).Distinct().Count(),
            active == 0 ? "" : Rounded((decimal)asked.Count / active, "0.00"), Safe(owner[1]), owner[2],
            N(owner[0]) is { } user ? _ids[user] : "", N(owner[0]) is { } mail ? ValueAt(1, mail, 2) : "",
            requests.Sum(r => r.In ?? 0), tokens.Count == 0 ? "" : Rounded((decimal)requests.Sum(r => r.In ?? 0) / tokens.Count, "0.00"),
            $"{requests.Min(r => r.In)}", $"{requests.Max(r => r.In)}", requests.Sum(r => r.Out ?? 0),
            tokens.Count == 0 ? "" : Rounded((decimal)requests.Sum(r => r.Out ?? 0) / tokens.Count, "0.00"),
            $"{requests.Min(r => r.Out)}", $"{requests.Max(r => r.Out)}", requests.Sum(r => r.Cached), Cost(requests),
            delays.Count == 0 ? "" : Rounded((decimal)delays.Sum(r => r.Delay!.Value) / delays.Count, "0"),
            requests.Count == 0 ? "" : Rounded((decimal)requests.Count(r => r.IsFailed) / requests.Count, "0.0000"),
            requests.Sum(r => r.Positive), requests.Sum(r => r.Negative),
        ]);
    });

    public List<string> Projects() => Entities("project", 4, id =>
    {
        var mine = _messages.Where(m => m.Project == id).ToList();
        var requests = _requests.Where(r => r.Project == id).ToList();
        var owner = N(Query("SELECT creator_user_id FROM project WHERE public_id = ?1", r => r[0], id).Single());
        var asked = mine.Where(m => m.IsUser).ToList();
        return (asked.Count, mine.Count + requests.Count > 0, [
            owner is { } user ? _ids[user] : "", owner is { } mail ? ValueAt(1, mail, 2) : "", asked.Count,
            requests.Sum(r => r.In ?? 0), requests.Sum(r => r.Out ?? 0), Cost(requests), asked.Select(m => m.User).Distinct().Count(),
            mine.Select(m => m.No).Distinct().Count(), mine.Count == 0 ? "" : UtcDay(mine.Max(m => m.At)),
        ]);
    });

    public List<string> Workflows() => Entities("workflow", 5, id =>
    {
        var runs = Query(
            """
            SELECT r.started_at, r.status, r.error_type, r."trigger", r.ended_at, r.input_tokens, r.output_tokens, r.cost_micro_usd, r.user_id
            FROM workflow_run r JOIN workflow w ON w.id = r.workflow_id WHERE w.public_id = ?1
            """, r => r, id).Where(r => IsIn(N(r[0])!.Value)).ToList();
        var (good, bad) = (runs.Count(r => r[1] == "0"), runs.Count(r => r[1] == "1"));
        var durations = runs.Where(r => r[4] is not null).Select(r => N(r[4])!.Value - N(r[0])!.Value).Order().ToList();
        var owner = N(Query("SELECT creator_user_id FROM workflow WHERE public_id = ?1", r => r[0], id).Single());
        return (runs.Count, runs.Count > 0, [
            owner is { } user ? _ids[user] : "", owner is { } mail ? ValueAt(1, mail, 2) : "", runs.Count, good, bad,
            runs.Count(r => r[1] == "2"), good + bad == 0 ? "" : Rounded((decimal)good / (good + bad), "0.0000"),
            good + bad == 0 ? "" : Rounded((decimal)bad / (good + bad), "0.0000"),
            Map(runs.Where(r => r[1] == "1" && r[2] is not null).Select(r => r[2]!)),
            durations.Count == 0 ? "" : Rounded((decimal)durations.Sum() / durations.Count, "0"), Nearest(50), Nearest(95),
            durations.Count == 0 ? "" : durations[^1], Map(runs.Where(r => r[3] is not null).Select(r => r[3]!)),
            runs.Where(r => r[8] is not null).Select(r => r[8]).Distinct().Count(), runs.Count == 0 ? "" : UtcDay(runs.Max(r => N(r[0])!.Value)),
            runs.Sum(r => N(r[5]) ?? 0), runs.Sum(r => N(r[6]) ?? 0), Rounded(runs.Sum(r => N(r[7]) ?? 0) / 1_000_000m, "0.000000"),
        ]);

        object Nearest(int percent) => durations.Count == 0 ? "" : durations[(int)Math.Ceiling(durations.Count * percent / 100m) - 1];
    });

    public List<string> Models()
    {
        var models = Query("SELECT public_id, provider, bring_your_keys FROM model", r => (Name: r[0]!, Provider: r[1] ?? "", Own: r[2] == "1"))
            .Append(("unknown", "", false));
        return IsEmpty ? [] :
        [
            .. models.Select(model => (Model: model, Requests: _requests.Where(r => r.Model == model.Item1).ToList()))
                .Where(m => m.Requests.Count > 0).OrderByDescending(m => m.Requests.Count).ThenBy(m => m.Model.Item1, StringComparer.Ordinal)
                .Select(m =>
                {
                    var delays = m.Requests.Where(r => r.Delay is not null).ToList();
                    return Row([
                        .. Start(), m.Model.Item1, m.Model.Item2, m.Model.Item3 ? "true" : "false", m.Requests.Count, .. Tokens(m.Requests),
                        delays.Count == 0 ? "" : Rounded((decimal)delays.Sum(r => r.Delay!.Value) / delays.Count, "0"),
                        m.Requests.Count(r => r.IsFailed), Rounded((decimal)m.Requests.Count(r => r.IsFailed) / m.Requests.Count, "0.0000"),
                    ]);
                }),
        ];
    }

    private List<string> Entities(string table, long type, Func<string, (int Main, bool IsUsed, object?[] Cells)> figures)
    {
        var first = FirstData();
        return IsEmpty ? [] :
        [
            .. Query($"SELECT id, public_id, created_at, archived_at FROM {table}", r => (Id: N(r[0])!.Value, PublicId: r[1]!, Created: N(r[2]), Archived: N(r[3])))
                .Select(e => (Entity: e, Figures: figures(e.PublicId)))
                .Where(e => e.Figures.IsUsed || ((e.Entity.Created ?? first) < _to && (e.Entity.Archived ?? long.MaxValue) >= _from))
                .OrderByDescending(e => e.Figures.Main).ThenBy(e => e.Entity.PublicId, StringComparer.Ordinal)
                .Select(e => Row([.. Start(), e.Entity.PublicId, ValueAt(type, e.Entity.Id, 1) ?? "", .. e.Figures.Cells])),
        ];
    }

    private static bool IsChat(Message message) => message.App is null && message.Project is null;

    private static object?[] Tokens(List<Request> requests) =>
    [
        requests.Sum(r => r.In ?? 0), requests.Sum(r => r.Out ?? 0), requests.Sum(r => r.Cached), requests.Sum(r => r.Created),
        Math.Max(0, requests.Sum(r => (r.In ?? 0) - r.Cached)), Cost(requests),
    ];

    private static string Cost(List<Request> requests) => requests.Any(r => r.Cost is null)
        ? ""
        : Rounded(Math.Round(requests.Sum(r => r.Cost!.Value), MidpointRounding.AwayFromZero) / 1_000_000, "0.000000");

    private static string Rounded(decimal number, string format) =>
        Math.Round(number, format.Length < 2 ? 0 : format.Length - 2, MidpointRounding.AwayFromZero).ToString(format, CultureInfo.InvariantCulture);

    private static string Map(IEnumerable<string> keys) => $"{{{string.Join(',', keys.CountBy(k => k)
        .OrderByDescending(k => k.Value).ThenBy(k => k.Key, StringComparer.Ordinal).Select(k => $"{JsonSerializer.Serialize(k.Key, Json)}:{k.Value}"))}}}";

    private static string OfModels(List<Request> requests, Func<List<Request>, decimal?> value, string format) => $"{{{string.Join(',', requests
        .GroupBy(r => r.Model).Select(g => (g.Key, Value: value([.. g]))).Where(g => g.Value is not null)
        .OrderByDescending(g => g.Value).ThenBy(g => g.Key, StringComparer.Ordinal)
        .Select(g => $"\"{g.Key}\":{g.Value!.Value.ToString(format, CultureInfo.InvariantCulture)}"))}}}";

    private static string Row(object?[] cells) => string.Join('|', cells.Select(c => c switch
    {
        string text => Safe(text),
        _ => Convert.ToString(c, CultureInfo.InvariantCulture),
    }));

    private static string? Safe(string? text) => text is ['=' or '@', ..] ? "'" + text : text;

    private static long? N(string? text) => text is null ? null : long.Parse(text, CultureInfo.InvariantCulture);

    private static string UtcDay(long at) => DateTimeOffset.FromUnixTimeMilliseconds(at).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private object?[] Start() => [$"{_period.Days.From:yyyy-MM-dd}", $"{_period.Days.To:yyyy-MM-dd}", TestDatabase.WorkspacePublicId];

    private bool IsIn(long at) => at >= _from && at < _to;

    private DateOnly DayOf(long at) =>
        DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(DateTimeOffset.FromUnixTimeMilliseconds(at), _period.Zone).DateTime);

    private long FirstData() => N(Query("SELECT min(day) FROM usage_day", r => r[0]).Single()) ?? long.MinValue;

    /// <summary>Of what a conversation did with a model in a quarter-hour, in millionths of a dollar; null: nobody knows.</summary>
    private decimal? CostOf(string model, long at, List<(long? In, long? Out, long? Stated, bool IsFailed)> requests)
    {
        var good = requests.Count(r => !r.IsFailed);
        if (requests.Count(r => r.Stated is not null) >= good)
        {
            return requests.Sum(r => r.Stated ?? 0);
        }

        var id = Query("SELECT id FROM model WHERE public_id = ?1", r => N(r[0])!.Value, model).SingleOrDefault();
        var (priceIn, priceOut) = (N(ValueAt(3, id, 7, at + 1)), N(ValueAt(3, id, 8, at + 1)));
        var (input, output) = (requests.Sum(r => r.In ?? 0), requests.Sum(r => r.Out ?? 0));
        var isKnown = requests.Count(r => r.In is not null || r.Out is not null) >= good
            && (input == 0 || priceIn is not null) && (output == 0 || priceOut is not null);
        return isKnown ? ((input * (priceIn ?? 0)) + (output * (priceOut ?? 0))) / 1_000_000m : null;
    }

    private string? ValueAt(long type, long id, long attribute, long? end = null)
    {
        var values = _values[(type, id, attribute)].ToList();
        return values.Count == 0 ? null : values.LastOrDefault(v => v.From < (end ?? _to), values[0]).Value;
    }

    private string SectionsOf(long user) => JsonSerializer.Serialize(Query(
        """
        SELECT DISTINCT coalesce(s.name, s.public_id) FROM membership m JOIN section s ON s.id = m.section_id
        WHERE m.user_id = ?1 AND (m.joined_at IS NULL OR m.joined_at < ?2) AND (m.left_at IS NULL OR m.left_at >= ?2)
        """, r => r[0]!, user, _to).Order(StringComparer.Ordinal), Json);

    private List<T> Query<T>(string sql, Func<string?[], T> read, params object[] parameters)
    {
        using var session = _database.Database.OpenRead();
        var statement = session.Prepare(sql);
        for (var i = 0; i < parameters.Length; i++)
        {
            _ = parameters[i] is long number ? statement.Bind(i + 1, number) : statement.Bind(i + 1, (string)parameters[i]);
        }

        var rows = new List<T>();
        while (statement.Step())
        {
            rows.Add(read([.. Enumerable.Range(0, 20).Select(i => statement.Text(i))]));
        }

        return rows;
    }
}
