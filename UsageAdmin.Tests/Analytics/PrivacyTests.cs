using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.EntityFrameworkCore;
using UsageAdmin.Analytics;
using UsageAdmin.Data.Schema;
using UsageAdmin.Ingest;
using UsageAdmin.Tests.Support;

namespace UsageAdmin.Tests.Analytics;

public sealed partial class PrivacyTests
{
    private static readonly DateTime Later = new(2100, 1, 15, 12, 0, 0, DateTimeKind.Utc);

    [Fact]
    public async Task Without_user_level_data_no_name_address_or_id_is_in_any_file()
    {
        await using var database = await TestDatabase.CreateAsync();
        await RandomOrganization.FillAsync(database, 31);
        await SomePrivacy.SetAsync(database, isIdentified: false);
        var asked = new AnalyticsAsked(database, Later);
        var files = asked.Files(AnalyticsAsked.Months("2025-10", "2026-02"));
        var cells = files.All.SelectMany(f => f.Value).SelectMany(r => r.Values).ToHashSet();

        await using var db = database.Context();
        foreach (var person in await db.People.ToListAsync(TestContext.Current.CancellationToken))
        {
            Assert.DoesNotContain(person.PublicId, cells);
            Assert.DoesNotContain(person.Name ?? "?", cells);
            Assert.DoesNotContain(person.Email ?? "?", cells);
        }

        Assert.All(files.Users.Where(row => row["user_id"] != "unknown"), row => Assert.Matches(Pseudonym(), row["user_id"]));
        Assert.DoesNotContain("user_name", files.Users[0].Keys);
        Assert.DoesNotContain("user_email", files.Users[0].Keys);
        Assert.DoesNotContain(files.Apps[0].Keys, column => column.StartsWith("creator", StringComparison.Ordinal));
        var view = JsonSerializer.Serialize(await asked.ViewAsync(AnalyticsAsked.Months("2025-10", "2026-02")));
        Assert.DoesNotContain("Person a", view, StringComparison.Ordinal);
        Assert.DoesNotContain("@example.com", view, StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_strict_workspace_makes_everything_it_is_part_of_pseudonymous()
    {
        await using var database = await TestDatabase.CreateAsync();
        await RandomOrganization.FillAsync(database, 32);
        await using var db = database.Context();
        await db.Workspaces.Where(w => w.PublicId == RandomOrganization.SecondWorkspace).ExecuteUpdateAsync(
            set => set.SetProperty(w => w.UserLevelData, false), TestContext.Current.CancellationToken);
        var asked = new AnalyticsAsked(database, Later);

        Assert.DoesNotContain("user_name", asked.Files(AnalyticsAsked.Months("2025-12", "2025-12")).Users[0].Keys);
        Assert.Contains(
            "user_name", asked.Files(AnalyticsAsked.Months("2025-12", "2025-12", TestDatabase.WorkspacePublicId)).Users[0].Keys);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    [InlineData(12)]
    [InlineData(1000)]
    public async Task No_app_or_category_of_too_few_people_is_shown(int smallest)
    {
        await using var database = await TestDatabase.CreateAsync();
        await RandomOrganization.FillAsync(database, 33);
        await SomePrivacy.SetAsync(database, isIdentified: false);
        var files = new AnalyticsAsked(database, Later, smallest).Files(AnalyticsAsked.Months("2025-11", "2026-01"));

        Assert.All(files.Apps.Where(r => r["app_id"] is not "" and not "other" && smallest > 1),
            row => Assert.True(int.Parse(row["unique_users"], null) >= smallest));
        Assert.All(files.Categories.Where(r => r["category"] != "other" && smallest > 1),
            row => Assert.True(int.Parse(row["unique_users"], null) >= smallest));
        foreach (var others in files.Apps.Where(r => r["app_id"] == "other"))
        {
            // What is merged has enough people, or there is nothing else left to merge it with.
            Assert.True(int.Parse(others["unique_users"], null) >= smallest || others["unique_users"] == "0"
                || !files.Apps.Any(r => r["month"] == others["month"] && r["workspace_id"] == others["workspace_id"]
                    && r["app_id"] is not "" and not "other"));
            Assert.All(new[] { "app_name", "app_status", "category", "model_name", "created_at", "published_at" },
                column => Assert.Equal("", others[column]));
        }

        // The difference of two files tells nothing: a category is the sum of the apps that are shown in it.
        foreach (var category in files.Categories)
        {
            var apps = files.Apps.Where(r => r["month"] == category["month"] && r["app_id"] != ""
                && (r["app_id"] == "other" ? "other" : r["category"]) == category["category"]).ToList();
            Assert.Equal(category["messages_total"], $"{apps.Sum(r => long.Parse(r["messages_total"], null))}");
            Assert.Equal(category["sessions"], $"{apps.Sum(r => long.Parse(r["sessions"], null))}");
        }

        Assert.Equal(smallest > 1, files.Apps.Any(r => r["app_id"] == "other"));
        Assert.All(
            files.Users.SelectMany(r => JsonDocument.Parse(r["app_categories"]).RootElement.EnumerateObject().Select(p => (r["month"], p.Name))),
            pair => Assert.Contains(files.Categories, c => (c["month"], c["category"]) == pair));
    }

    [Fact]
    public async Task What_people_made_does_not_tell_who_they_are()
    {
        await using var database = await TestDatabase.CreateAsync();
        await RandomOrganization.FillAsync(database, 34);
        await SomePrivacy.SetAsync(database, isIdentified: false);
        var files = new AnalyticsAsked(database, Later).Files(AnalyticsAsked.Months("2025-11", "2026-01"));

        Assert.All(files.Users.Where(r => r["user_id"] != "unknown"), row => Assert.Equal(
            ["0", "0", "0", "0", "{}", "0", "0"],
            new[]
            {
                row["apps_created"], row["apps_published"], row["apps_created_total"], row["apps_published_total"], row["app_categories"],
                row["users_reached"], row["conversations_on_own_apps"],
            }));
        Assert.Equal(3, files.Users.Count(r => r["user_id"] == "unknown" && r["apps_created_total"] != "0"));
    }

    [Theory]
    [InlineData(35)]
    [InlineData(36)]
    public async Task Two_ranges_do_not_differ_by_an_app_of_few_people(int seed)
    {
        await using var database = await TestDatabase.CreateAsync();
        await RandomOrganization.FillAsync(database, seed, conversations: 300);
        await SomePrivacy.SetAsync(database, isIdentified: false);
        var asked = new AnalyticsAsked(database, Later, smallestGroup: 4);
        string[] months = ["2025-10", "2025-11", "2025-12", "2026-01", "2026-02"];
        var hidden = 0;
        for (var from = 0; from < months.Length; from++)
        {
            for (var to = from; to < months.Length; to++)
            {
                var filter = AnalyticsAsked.Months(months[from], months[to]);
                var shown = (await asked.ViewAsync(filter with { Table = AnalyticsTableKind.Apps })).Table.Apps
                    .Where(a => a.AppId is not "" and not "other").Select(a => (a.WorkspaceId, a.AppId)).ToHashSet();
                foreach (var month in months[from..(to + 1)])
                {
                    var inMonth = asked.Files(AnalyticsAsked.Months(month, month)).Apps
                        .Where(r => r["app_id"] is not "" and not "other").Select(r => (r["workspace_id"], r["app_id"])).ToHashSet();
                    var used = await UsedAsync(database, month);
                    Assert.All(shown.Where(used.Contains), app => Assert.Contains(app, inMonth));
                    hidden += used.Count(app => !inMonth.Contains(app));
                }
            }
        }

        Assert.NotEqual(0, hidden);
    }

    /// <summary>Apps with a message in the month, asked for with user-level data on.</summary>
    private static async Task<HashSet<(string, string)>> UsedAsync(TestDatabase database, string month)
    {
        await SomePrivacy.SetAsync(database, isIdentified: true);
        var rows = new AnalyticsAsked(database, Later).Files(AnalyticsAsked.Months(month, month)).Apps;
        await SomePrivacy.SetAsync(database, isIdentified: false);
        return [.. rows.Where(r => r["app_id"] != "" && r["messages_total"] != "0").Select(r => (r["workspace_id"], r["app_id"]))];
    }

    [Fact]
    public async Task A_section_counts_only_conversations_of_its_own_workspace()
    {
        await using var database = await TestDatabase.CreateAsync();
        await database.AddWorkspaceAsync("acme-lab");
        var since = new DateTime(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc);
        await database.ImportAsync(
            new UserItem { Id = "a", Email = "a@example.com" },
            new SectionItem { Id = "s", Name = "Class A" },
            new MembershipItem { UserId = "a", SectionId = "s", JoinedAtUtc = since },
            Some.Conversation("c", user: "a", messages: [Some.Message("m")]));
        await database.ImportAsync(
            "acme-lab", new UserItem { Id = "b", Email = "a@example.com" }, Some.Conversation("c", user: "b", messages: [Some.Message("m")]));

        var sections = (await new AnalyticsAsked(database, Later).ViewAsync(AnalyticsAsked.Months("2026-01", "2026-01"))).Sections;

        Assert.Equal([(NamedKind.Named, 1L), (NamedKind.None, 1L)], sections.Select(s => (s.Kind, s.Messages)));
    }

    [Fact]
    public async Task A_role_that_few_people_hold_is_left_out()
    {
        await using var database = await TestDatabase.CreateAsync();
        for (var i = 0; i < 17; i++)
        {
            await database.ImportAsync(
                new UserItem { Id = $"u{i}" },
                new MembershipItem
                {
                    UserId = $"u{i}",
                    Role = i == 0 ? MemberRole.Admin : i < 6 ? MemberRole.Editor : MemberRole.Member,
                });
        }

        await SomePrivacy.SetAsync(database, isIdentified: false);
        var files = new AnalyticsAsked(database, Later).Files(AnalyticsAsked.Months("2026-01", "2026-01"));

        // One admin alone would be known by having none; so the next smaller role goes with it.
        Assert.Equal((6, 11), (files.Users.Count(r => r["org_role"] == ""), files.Users.Count(r => r["org_role"] == "member")));
    }

    [GeneratedRegex(@"\Au_[0-9a-f]{16}\z")]
    private static partial Regex Pseudonym();
}
