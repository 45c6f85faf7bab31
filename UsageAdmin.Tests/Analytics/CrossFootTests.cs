using System.Globalization;
using System.IO.Pipelines;
using System.Text;
using System.Text.Json;
using UsageAdmin.Activity;
using UsageAdmin.Exports;
using UsageAdmin.Organizations;
using UsageAdmin.Tests.Support;

namespace UsageAdmin.Tests.Analytics;

/// <summary>What docs/org-analytics-export.md says adds up.</summary>
public sealed class CrossFootTests
{
    private static readonly DateTime Later = new(2100, 1, 15, 12, 0, 0, DateTimeKind.Utc);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_four_files_add_up(bool isIdentified)
    {
        await using var database = await TestDatabase.CreateAsync();
        await RandomOrganization.FillAsync(database, 21);
        await SomePrivacy.SetAsync(database, isIdentified);
        var files = new AnalyticsAsked(database, Later).Files(AnalyticsAsked.Months("2025-10", "2026-02"));

        Assert.Equal(5, files.General.Count);
        foreach (var general in files.General)
        {
            var month = general["month"];
            foreach (var column in new[] { "sessions", "user_messages", "messages_total", "flagged_messages", "moderated_messages" })
            {
                Assert.Equal(general[column], Sum(files.Apps, month, column));
            }

            foreach (var column in new[] { "apps_created", "apps_published", "apps_created_total", "apps_published_total" })
            {
                Assert.Equal(general[column == "apps_created_total" ? "apps_total" : column], Sum(files.Users, month, column));
            }

            Assert.Equal(general["user_messages"], Sum(files.Users, month, "messages_sent"));
            Assert.Equal(general["apps_active"], Sum(files.Categories, month, "active_apps"));
            Assert.Equal(general["apps_published_total"], Sum(files.Categories, month, "published_apps"));
            Assert.Equal(general["members_active"], $"{files.Users.Count(r => r["month"] == month && r["active_days"] != "0")}");
            Assert.Equal(isIdentified ? general["creators_active"] : "1", $"{files.Users.Count(r => r["month"] == month && r["conversations_on_own_apps"] != "0")}");
            Assert.Equal(1m, files.Categories.Where(r => r["month"] == month && r["active_apps_share"] != "")
                .Sum(r => decimal.Parse(r["active_apps_share"], CultureInfo.InvariantCulture)));
            Assert.Equal(
                general["apps_active"],
                $"{files.Users.Where(r => r["month"] == month).Sum(r => JsonDocument.Parse(r["app_categories"]).RootElement.EnumerateObject().Sum(p => p.Value.GetInt32()))}");
            Assert.All(files.Apps.Where(r => r["month"] == month), app => Assert.Equal(
                app["unique_users"], $"{int.Parse(app["new_users"], null) + int.Parse(app["returning_users"], null)}"));
            Assert.NotEqual("0", general["messages_total"]);
        }
    }

    [Fact]
    public async Task Workspaces_add_up_to_the_organization()
    {
        await using var database = await TestDatabase.CreateAsync();
        await RandomOrganization.FillAsync(database, 22);
        var asked = new AnalyticsAsked(database, Later);
        var all = asked.Files(AnalyticsAsked.Months("2025-11", "2026-01"));
        var parts = new[] { TestDatabase.WorkspacePublicId, RandomOrganization.SecondWorkspace }
            .Select(w => asked.Files(AnalyticsAsked.Months("2025-11", "2026-01", w))).ToList();

        foreach (var general in all.General)
        {
            foreach (var column in new[] { "sessions", "messages_total", "apps_total", "apps_active", "moderated_messages" })
            {
                Assert.Equal(general[column], $"{parts.Sum(p => int.Parse(Sum(p.General, general["month"], column), null))}");
            }
        }

        // People in both workspaces are counted once.
        Assert.True(parts.Sum(p => int.Parse(p.General[0]["members_total"], null)) > int.Parse(all.General[0]["members_total"], null));
    }

    [Fact]
    public async Task A_month_is_the_same_in_every_range()
    {
        await using var database = await TestDatabase.CreateAsync();
        await RandomOrganization.FillAsync(database, 23);
        var asked = new AnalyticsAsked(database, Later);
        var all = asked.Files(AnalyticsAsked.Months("2025-08", "2026-04"));
        var one = asked.Files(AnalyticsAsked.Months("2025-12", "2025-12"));

        Assert.All(one.All, file => Assert.Equal(file.Value, all.All[file.Key].Where(r => r["month"] == "2025-12")));
    }

    [Fact]
    public async Task The_page_shows_what_the_files_hold()
    {
        await using var database = await TestDatabase.CreateAsync();
        await RandomOrganization.FillAsync(database, 24);
        var asked = new AnalyticsAsked(database, Later);
        var files = asked.Files(AnalyticsAsked.Months("2025-10", "2026-02"));
        var view = await asked.ViewAsync(AnalyticsAsked.Months("2025-10", "2026-02"));

        Assert.Equal(files.All.Values.Sum(rows => rows.Count), view.ExportRows);
        Assert.Equal(
            files.General.Select(r => $"{r["month"]} {r["sessions"]} {r["messages_total"]} {r["members_active"]} {r["apps_active"]}"),
            view.ByMonth.Select(m => $"{m.Month} {m.Figures.Sessions} {m.Figures.MessagesTotal} {m.Figures.MembersActive} {m.Figures.AppsActive}"));
        Assert.Equal(files.General.Sum(r => int.Parse(r["messages_total"], null)), view.Figures.MessagesTotal);
        Assert.Equal(view.Figures.MessagesTotal, view.Hours.Sum());
        Assert.Equal(view.Figures.MessagesTotal, view.Models.Sum(m => m.Messages));
        Assert.Equal(view.Figures.MessagesTotal, view.Apps.Sum(m => m.Messages));

        // Conversations that run over a month's end count once in the range and once in each month.
        Assert.InRange(view.Figures.Sessions, 1, files.General.Sum(r => int.Parse(r["sessions"], null)) - 1);

        var month = await asked.ViewAsync(AnalyticsAsked.Months("2025-12", "2025-12"));
        Assert.Equal(month.ByMonth.Single().Figures, month.Figures);
        Assert.Equal(
            files.Users.Where(r => r["month"] == "2025-12").Select(r => $"{r["user_id"]} {r["messages_sent"]} {r["active_days"]} {r["users_reached"]} {r["last_active_at"]}"),
            month.Table.People.Select(p => FormattableString.Invariant(
                $"{p.Figures.UserId} {p.Figures.MessagesSent} {p.Figures.ActiveDays} {p.Figures.UsersReached} {p.Figures.LastActiveAt:yyyy-MM-dd}")));
    }

    [Fact]
    public async Task The_messages_are_those_of_the_activity_exports_by_their_own_time()
    {
        await using var database = await TestDatabase.CreateAsync();
        await RandomOrganization.FillAsync(database, 25);
        var files = new AnalyticsAsked(database, Later).Files(
            AnalyticsAsked.Months("2025-12", "2025-12", TestDatabase.WorkspacePublicId));
        var messages = new List<JsonElement>();
        var started = 0;

        // Conversations come with the month in which they start, whole; so all months up to this one are needed.
        foreach (var month in new[] { "2025-08", "2025-09", "2025-10", "2025-11", "2025-12" })
        {
            using var file = JsonDocument.Parse(await ActivityAsync(database, Month.Parse(month)!.Value));
            var conversations = file.RootElement.GetProperty("conversations").EnumerateArray().ToList();
            started = conversations.Count;
            messages.AddRange(conversations.SelectMany(c => c.GetProperty("messages").EnumerateArray()).Select(m => m.Clone()));
        }

        var zone = TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin");
        var december = messages.Where(m =>
            TimeZoneInfo.ConvertTime(m.GetProperty("timestamp").GetDateTimeOffset(), zone) is { Year: 2025, Month: 12 }).ToList();
        Assert.NotEmpty(december);
        Assert.Equal(files.General[0]["messages_total"], $"{december.Count}");
        Assert.Equal(files.General[0]["user_messages"], $"{december.Count(m => m.GetProperty("source").GetString() == "user")}");
        Assert.Equal(Sum(files.Users, "2025-12", "conversations_started"), $"{started}");
    }

    private static async Task<string> ActivityAsync(TestDatabase database, Month month)
    {
        var pseudonyms = new Pseudonyms(database.Directory);
        var export = new ActivityExport(database.Database, pseudonyms, new FakeTime(Later)).Prepare(
            ActivityScope.Of(database.Organization, database.Workspace),
            ActivityFilter.Empty with { Days = new DateRange(month.FirstDay, month.LastDay) }, out _);
        using var file = new MemoryStream();
        await export!.WriteAsync(PipeWriter.Create(file), TestContext.Current.CancellationToken);
        return Encoding.UTF8.GetString(file.ToArray());
    }

    private static string Sum(List<Dictionary<string, string>> rows, string month, string column) =>
        $"{rows.Where(r => r["month"] == month).Sum(r => long.Parse(r[column], CultureInfo.InvariantCulture))}";
}
