using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using UsageAdmin.Analytics;
using UsageAdmin.Data;
using UsageAdmin.Data.Members;
using UsageAdmin.Organizations;
using UsageAdmin.Tests.Ingest;
using UsageAdmin.Tests.Support;

namespace UsageAdmin.Tests.Analytics;

/// <summary>A second look finds what the first has counted, unless something has changed.</summary>
public sealed class AnalyticsAgainTests : IngestTest
{
    private static readonly string[] First =
    [
        """{"type":"user","id":"u1","name":"Ann","email":"ann@example.com","role":"editor"}""",
        """{"type":"user","id":"u2","name":"Bob"}""",
        """{"type":"app","id":"a1","name":"Helper","category":"Support","creator_id":"u1","published":true}""",
        """{"type":"section","id":"s1","name":"Berlin"}""",
        """{"type":"membership","user_id":"u1","section_id":"s1"}""",
        """{"type":"conversation","id":"c0","user_id":"u1","app_id":"a1","created_at":"2025-12-05T10:00:00Z"}""",
        """{"type":"message","id":"m0","conversation_id":"c0","source":"user","content":"hi","created_at":"2025-12-05T10:00:01Z"}""",
        """{"type":"conversation","id":"c1","user_id":"u1","app_id":"a1","created_at":"2026-01-05T10:00:00Z"}""",
        """{"type":"message","id":"m1","conversation_id":"c1","source":"user","content":"hi","created_at":"2026-01-05T10:00:01Z"}""",
    ];

    private static readonly AnalyticsFilter January = AnalyticsAsked.Months("2026-01", "2026-01");

    private readonly FakeTime _time = new(new DateTimeOffset(2026, 1, 20, 12, 0, 0, TimeSpan.Zero));

    [Fact]
    public async Task Every_change_shows_at_once()
    {
        await ImportAsync(First);
        using var kept = Query();
        (string What, Func<Task> Change)[] changes =
        [
            ("a message", () => ImportAsync(
                """{"type":"message","id":"m2","conversation_id":"c1","source":"provider","model":"o3","content":"ho","created_at":"2026-01-05T10:00:02Z"}""")),
            ("a moderated message", () => ImportAsync(
                """{"type":"moderation","id":"d1","conversation_id":"c1","message_id":"m1","flagged":true,"categories":{"harassment":0.9}}""")),
            ("an app's name", () => ImportAsync("""{"type":"app","id":"a1","name":"Helper 2"}""")),
            ("a section's name", () => ImportAsync("""{"type":"section","id":"s1","name":"Bonn"}""")),
            ("somebody's name", () => ImportAsync("""{"type":"user","id":"u1","name":"Ann Lee"}""")),
            ("somebody new", () => ImportAsync("""{"type":"user","id":"u3","name":"Cid"}""")),
            ("a workspace's name", () => ChangeAsync(db => db.Workspaces.Single().Name = "Renamed")),
            ("the zone", () => ChangeAsync(db => db.Organizations.Single().TimeZone = "Pacific/Auckland")),
            ("user-level data", () => ChangeAsync(db => db.Workspaces.Single().UserLevelData = false)),
            ("pseudonyms", () => ChangeAsync(db => db.Organizations.Single().PseudonymGeneration++)),
            ("undo", UndoLastAsync),
            ("another workspace", () => Database.AddWorkspaceAsync("acme-other")),
        ];
        var before = await LookAsync(kept);
        foreach (var (what, change) in changes)
        {
            await change();
            using var fresh = Query();
            var now = await LookAsync(kept);

            Assert.True(before != now, what);
            Assert.Equal(await LookAsync(fresh), now);
            before = now;
        }
    }

    [Fact]
    public async Task While_a_month_runs_it_is_compared_with_as_much_of_the_one_before()
    {
        await ImportAsync(
        [
            """{"type":"conversation","id":"old","user_id":"u1","created_at":"2025-11-01T10:00:00Z"}""",
            """{"type":"message","id":"m","conversation_id":"old","source":"user","content":"hi","created_at":"2025-11-01T10:00:01Z"}""",
            .. First,
        ]);
        using var kept = Query();
        _time.Advance(TimeSpan.FromDays(-16));
        var before = await ViewAsync(kept, January);

        _time.Advance(TimeSpan.FromDays(10));
        var later = await ViewAsync(kept, January);

        Assert.Equal((0, 1), (before.Before!.MessagesTotal, later.Before!.MessagesTotal));
    }

    [Fact]
    public async Task Another_order_page_or_table_counts_nothing_again()
    {
        await ImportAsync(First);
        using var recording = new RecordingDatabase(Database.Database);
        using var kept = Query(recording);
        await ViewAsync(kept, January);
        Assert.Contains(recording.Transactions.SelectMany(t => t.Uses), use => IsCounted(use.Sql));
        var first = recording.Transactions.Count;

        await ViewAsync(kept, January with { Sort = "name", IsAscending = true });
        await ViewAsync(kept, January with { Page = 2, Search = "ann" });
        var apps = await ViewAsync(kept, January with { Table = AnalyticsTableKind.Apps });

        Assert.Equal(2, apps.Table.Apps.Count);
        Assert.DoesNotContain(recording.Transactions.Skip(first).SelectMany(t => t.Uses), use => IsCounted(use.Sql));
    }

    private static bool IsCounted(string sql) => sql.Contains("packed_day", StringComparison.Ordinal);

    private AnalyticsQuery Query(UsageDatabase? database = null) => new(
        database ?? Database.Database, Database.Contexts, new MemberCache(TimeProvider.System), new Pseudonyms(Database.Directory),
        Options.Create(new PrivacyOptions { SmallestGroup = 1 }), _time);

    private async Task<string> LookAsync(AnalyticsQuery query)
    {
        var views = new List<AnalyticsView>();
        foreach (var table in Enum.GetValues<AnalyticsTableKind>())
        {
            views.Add(await ViewAsync(query, January with { Table = table }));
        }

        return JsonSerializer.Serialize(views);
    }

    private async Task<AnalyticsView> ViewAsync(AnalyticsQuery query, AnalyticsFilter filter)
    {
        await using var db = Database.Context();
        return await query.ViewAsync(await db.Organizations.AsNoTracking().SingleAsync(Cancellation), filter, [], Cancellation);
    }

    private async Task ChangeAsync(Action<UsageDbContext> change)
    {
        await using var db = Database.Context();
        change(db);
        await db.SaveChangesAsync(Cancellation);
    }

    private async Task UndoLastAsync()
    {
        await using var db = Database.Context();
        await Undo().RunAsync(Database.Workspace.Id, await db.Imports.MaxAsync(i => i.Id, Cancellation), Cancellation);
    }
}
