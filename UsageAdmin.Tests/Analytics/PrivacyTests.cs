using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.EntityFrameworkCore;
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

        Assert.All(files.Users, row => Assert.Matches(Pseudonym(), row["user_id"]));
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

        Assert.Equal(smallest > 1, files.Apps.Any(r => r["app_id"] == "other"));
        Assert.All(
            files.Users.SelectMany(r => JsonDocument.Parse(r["app_categories"]).RootElement.EnumerateObject().Select(p => (r["month"], p.Name))),
            pair => Assert.Contains(files.Categories, c => (c["month"], c["category"]) == pair));
    }

    [Fact]
    public async Task A_role_that_few_people_hold_is_left_out()
    {
        await using var database = await TestDatabase.CreateAsync();
        for (var i = 0; i < 6; i++)
        {
            await database.ImportAsync(
                new UserItem { Id = $"u{i}" },
                new MembershipItem { UserId = $"u{i}", Role = i == 0 ? MemberRole.Admin : MemberRole.Member });
        }

        await SomePrivacy.SetAsync(database, isIdentified: false);
        var files = new AnalyticsAsked(database, Later).Files(AnalyticsAsked.Months("2026-01", "2026-01"));

        Assert.Equal(
            ["", "member", "member", "member", "member", "member"],
            files.Users.Select(r => r["org_role"]).Order(StringComparer.Ordinal));
    }

    [GeneratedRegex(@"\Au_[0-9a-f]{16}\z")]
    private static partial Regex Pseudonym();
}
