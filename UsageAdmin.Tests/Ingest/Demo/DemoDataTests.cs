using System.Diagnostics;
using Microsoft.EntityFrameworkCore;
using UsageAdmin.Data;
using UsageAdmin.Ingest;
using UsageAdmin.Ingest.Demo;
using UsageAdmin.Tests.Support;

namespace UsageAdmin.Tests.Ingest.Demo;

/// <summary>What the demo table of the contract names is really there once it is loaded.</summary>
public sealed class DemoDataTests(DemoDataTests.LoadedDemo demo, ITestOutputHelper output)
    : IClassFixture<DemoDataTests.LoadedDemo>
{
    private static readonly DateTime Now = new(2026, 11, 22, 9, 30, 0, DateTimeKind.Utc);

    public static TheoryData<string> Workspaces => ["alpha-main", "alpha-lab", "beta-main", "gamma-main", "hostile-main"];

    [Fact]
    public async Task Organizations_have_their_switches()
    {
        await using var db = demo.Database.Context();
        var found = await db.Organizations.Where(o => o.PublicId != TestDatabase.OrganizationPublicId)
            .OrderBy(o => o.Id)
            .Select(o => new { o.PublicId, o.TimeZone, o.ExportsEnabled, o.UserLevelData, o.WorkflowsEnabled, o.OwnModelKeysEnabled })
            .ToListAsync(Token);

        Assert.Equal(
            [
                ("alpha", true, true, true, true), ("beta", true, false, false, false), ("gamma", false, true, false, false),
                ("hostile", true, true, true, true),
            ],
            found.Select(o => (o.PublicId, o.ExportsEnabled, o.UserLevelData, o.WorkflowsEnabled, o.OwnModelKeysEnabled)));
        Assert.Equal(["Europe/Berlin", "UTC"], found.Take(2).Select(o => o.TimeZone));
    }

    [Theory]
    [MemberData(nameof(Workspaces))]
    public void Every_month_has_conversations_files_flags_and_moderation(string workspace)
    {
        var monthOf = Support.Rows.Instant("c.created_at + 43200000", "%Y-%m");
        var months = Rows(
            $"""
            SELECT {monthOf}, count(*), sum(c.flagged_message_count), sum(c.moderated_message_count),
                sum(CASE WHEN EXISTS (SELECT 1 FROM message_file f WHERE f.workspace_id = c.workspace_id
                    AND f.conversation_created_at = c.created_at AND f.conversation_no = c.no) THEN 1 ELSE 0 END),
                max(coalesce(c.ended_at, c.created_at) - c.created_at)
            FROM conversation c JOIN workspace w ON w.id = c.workspace_id WHERE w.public_id = ?1 GROUP BY 1 ORDER BY 1
            """, workspace, columns: 5);

        Assert.Equal("2025-10", months[0].Text);
        Assert.Equal("2026-11", months[^1].Text);
        Assert.Equal(14, months.Count);
        Assert.All(months, month =>
        {
            Assert.InRange(month.Numbers[0], 20, 400);
            Assert.All(month.Numbers[1..4], number => Assert.True(number > 0));
            Assert.True(month.Numbers[4] < TimeSpan.FromDays(30).TotalMilliseconds);
        });
    }

    [Theory]
    [MemberData(nameof(Workspaces))]
    public void Every_case_of_the_demo_table_is_there(string workspace)
    {
        Assert.True(Count(workspace,
            """
            SELECT count(*) FROM membership m WHERE m.workspace_id = ?1 AND m.section_id IS NULL AND m.left_at IS NULL
                AND NOT EXISTS (SELECT 1 FROM conversation c WHERE c.workspace_id = ?1 AND c.user_id = m.user_id)
            """) >= 2, "silent members");
        Assert.True(Count(workspace,
            """
            SELECT count(DISTINCT m.user_id) FROM membership m JOIN conversation c ON c.user_id = m.user_id
                AND c.workspace_id = ?1 WHERE m.workspace_id = ?1 AND m.section_id IS NULL AND m.left_at > c.created_at
            """) >= 1, "leavers with usage");
        Assert.True(Count(workspace,
            """
            SELECT count(*) FROM (SELECT user_id FROM membership WHERE workspace_id = ?1 AND section_id IS NOT NULL
                GROUP BY user_id HAVING count(DISTINCT section_id) = 2) t
            """) >= 1, "a person in two sections");
        Assert.True(Count(workspace,
            """
            SELECT count(*) FROM attribute_value v JOIN membership m ON m.user_id = v.entity_id AND m.workspace_id = ?1
                AND m.section_id IS NULL
            WHERE v.entity_type = 1 AND v.attribute = 1 AND v.valid_from BETWEEN 1780000000000 AND 1784000000000
            """) >= 1, "a person renamed in mid-2026");
        Assert.True(Count(workspace,
            """
            SELECT count(*) FROM attribute_value v JOIN app a ON a.id = v.entity_id AND a.workspace_id = ?1
            WHERE v.entity_type = 2 AND v.attribute = 1 AND v.valid_from BETWEEN 1780000000000 AND 1784000000000
            """) >= 1, "an app renamed in mid-2026");
        Assert.True(Count(workspace,
            "SELECT count(*) FROM conversation WHERE workspace_id = ?1 AND app_id IS NULL AND project_id IS NULL") > 50,
            "chats without app");
        Assert.True(Count(workspace,
            """
            SELECT count(*) FROM message o JOIN message e ON e.workspace_id = o.workspace_id
                AND e.conversation_created_at = o.conversation_created_at AND e.conversation_no = o.conversation_no
                AND e.parent_seq IS NOT DISTINCT FROM o.parent_seq AND e.seq <> o.seq AND e.source = 0 AND e.marks & 128 = 0
            WHERE o.workspace_id = ?1 AND o.source = 0 AND o.marks & 128 <> 0
            """) > 10, "edited prompts");
        Assert.True(Count(workspace,
            """
            SELECT count(*) FROM (SELECT 1 FROM message_file WHERE workspace_id = ?1
                GROUP BY conversation_created_at, conversation_no, seq HAVING count(*) = 2) t
            """) > 10, "two files on one message");
        Assert.True(Count(workspace, "SELECT count(*) FROM project WHERE workspace_id = ?1") >= 3, "projects");
        Assert.True(Count(workspace, "SELECT count(*) FROM workflow_run WHERE workspace_id = ?1") > 400, "workflow runs");
        Assert.True(Count(workspace, "SELECT count(*) FROM action_use WHERE workspace_id = ?1") > 100, "actions");
        Assert.True(Count(workspace,
            "SELECT count(*) FROM message WHERE workspace_id = ?1 AND marks & 512 <> 0") > 10, "failed generations");
    }

    [Fact]
    public void People_of_alpha_work_in_both_workspaces() =>
        Assert.True(Count("alpha-main",
            """
            SELECT count(*) FROM membership a JOIN workspace w ON w.public_id = 'alpha-lab'
            JOIN membership b ON b.user_id = a.user_id AND b.workspace_id = w.id AND b.section_id IS NULL
            WHERE a.workspace_id = ?1 AND a.section_id IS NULL
            """) > 5);

    [Fact]
    public void Nothing_is_refused_or_warned_about_and_no_stub_remains()
    {
        Assert.Equal(0, Count("alpha-main", "SELECT count(*) FROM import_problem"));
        Assert.Equal(0, Count("alpha-main", "SELECT count(*) FROM import WHERE state <> 1"));
        Assert.Equal(0, Count("alpha-main", "SELECT count(*) FROM usage_user WHERE is_stub = 1 AND name IS NOT NULL"));
        Assert.Equal(0, Count("alpha-main", "SELECT count(*) FROM app WHERE is_stub = 1"));
    }

    [Fact]
    public async Task Loading_again_on_the_same_day_changes_nothing_and_a_later_day_adds_to_it()
    {
        await using var test = await TestDatabase.CreateAsync();
        var watch = Stopwatch.StartNew();
        await LoadAsync(test, Now);
        output.WriteLine($"first load {watch.Elapsed}");
        var first = Rows(test.Database, AllRows, null, 0).Select(r => r.Text).ToList();

        watch.Restart();
        await LoadAsync(test, Now.AddHours(5));
        output.WriteLine($"again {watch.Elapsed}");

        Assert.Equal(first, Rows(test.Database, AllRows, null, 0).Select(r => r.Text));

        watch.Restart();
        await LoadAsync(test, Now.AddDays(12));
        output.WriteLine($"later {watch.Elapsed}");

        var later = Rows(test.Database, AllRows, null, 0).Select(r => r.Text).ToHashSet(StringComparer.Ordinal);
        var changed = first.Where(row => !later.Contains(row)).ToList();
        Assert.True(later.Count > first.Count + 100);
        Assert.True(changed.Count < 60, $"{changed.Count} conversations went on, of {first.Count}");

        await using var fresh = await TestDatabase.CreateAsync();
        await LoadAsync(fresh, Now.AddDays(12));
        var ofFresh = Rows(fresh.Database, AllRows, null, 0).Select(r => r.Text).ToHashSet(StringComparer.Ordinal);
        Assert.Empty(ofFresh.Except(later));
    }

    /// <summary>Conversations by what they hold, without our own numbers.</summary>
    private const string AllRows =
        """
        SELECT concat_ws('|', w.public_id, c.external_id, c.created_at, c.ended_at, c.title, c.message_count,
            c.user_message_count, c.flagged_message_count, c.moderated_message_count, c.content_json_bytes, u.public_id)
        FROM conversation c JOIN workspace w ON w.id = c.workspace_id JOIN usage_user u ON u.id = c.user_id
        ORDER BY w.public_id, c.created_at, c.external_id
        """;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static Task LoadAsync(TestDatabase test, DateTime now)
    {
        var time = new FakeTime(now);
        return new DemoData(test.Contexts, new ImportWriter(test.Database, time), time).LoadAsync(Token);
    }

    private long Count(string workspace, string sql)
    {
        using var session = demo.Database.Database.OpenRead();
        var find = session.Prepare("SELECT id FROM workspace WHERE public_id = ?1").Bind(1, workspace);
        find.Step();
        var id = find.Number(0);
        var count = session.Prepare(sql);
        if (sql.Contains("?1", StringComparison.Ordinal))
        {
            count.Bind(1, id);
        }

        count.Step();
        return count.Number(0);
    }

    private List<(string? Text, long[] Numbers)> Rows(string sql, string parameter, int columns) =>
        Rows(demo.Database.Database, sql, parameter, columns);

    private static List<(string? Text, long[] Numbers)> Rows(
        UsageDatabase database, string sql, string? parameter, int columns)
    {
        using var session = database.OpenRead();
        var select = session.Prepare(sql);
        if (parameter is not null)
        {
            select.Bind(1, parameter);
        }

        var rows = new List<(string?, long[])>();
        while (select.Step())
        {
            rows.Add((select.Text(0), [.. Enumerable.Range(1, columns).Select(select.Number)]));
        }

        return rows;
    }

    /// <summary>One load for all tests that only look.</summary>
    public sealed class LoadedDemo : IAsyncLifetime
    {
        public TestDatabase Database { get; private set; } = null!;

        public async ValueTask InitializeAsync()
        {
            Database = await TestDatabase.CreateAsync();
            await LoadAsync(Database, Now);
        }

        public ValueTask DisposeAsync() => Database.DisposeAsync();
    }
}
