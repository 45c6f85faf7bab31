using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using UsageAdmin.Accounts;
using UsageAdmin.Components.Layout;
using UsageAdmin.Data.Schema;
using UsageAdmin.Tests.Support;

namespace UsageAdmin.Tests.Components;

/// <summary>What the frame offers to whom.</summary>
public sealed class ShellQueryTests
{
    [Theory]
    [InlineData("admin@alpha.example", "o/alpha/analytics", "alpha", "w/alpha-lab/activity w/alpha-main/activity", "alpha-lab alpha-main")]
    [InlineData("outside@alpha.example", "o/alpha/analytics", "alpha", "", "")]
    [InlineData("wsadmin@alpha.example", "", "", "w/alpha-lab/usage w/alpha-main/usage", "alpha-lab alpha-main")]
    [InlineData("member@alpha.example", "", "", "", "")]
    [InlineData("operator@example", "", "", "", "")]
    public async Task The_frame_offers_what_the_rights_allow(
        string email, string organizations, string managedOrganizations, string workspaces, string managedWorkspaces)
    {
        await using var app = await UsageAdminApp.StartAsync();

        var shell = await LoadAsync(app, email);

        Assert.Equal(organizations, string.Join(' ', shell.Organizations.Select(o => o.Href)));
        Assert.Equal(managedOrganizations, string.Join(' ', shell.Organizations.Where(o => o.IsManaged).Select(o => o.Id)));
        Assert.Equal(workspaces, string.Join(' ', shell.Workspaces.Select(w => w.Href)));
        Assert.Equal(managedWorkspaces, string.Join(' ', shell.Workspaces.Where(w => w.IsManaged).Select(w => w.Id)));
    }

    [Fact]
    public async Task An_admin_without_analytics_is_offered_activity_and_settings()
    {
        await using var app = await UsageAdminApp.StartAsync();
        await using var db = await app.ContextAsync();
        await db.AccountGrants.Where(g => g.Role == GrantRole.OrganizationAdmin).ExecuteUpdateAsync(
            set => set.SetProperty(g => g.Role, GrantRole.OrganizationAdminWithoutAnalytics),
            TestContext.Current.CancellationToken);

        var shell = await LoadAsync(app, "admin@alpha.example");

        Assert.Equal("o/alpha/settings", Assert.Single(shell.Organizations).Href);
        Assert.False(shell.HasAnalytics("alpha"));
        Assert.Equal(2, shell.Workspaces.Count(w => w.HasActivity));
    }

    [Fact]
    public async Task An_admin_of_several_organisations_can_choose_among_all()
    {
        await using var app = await UsageAdminApp.StartAsync();
        await using (var scope = app.Services.CreateAsyncScope())
        {
            await scope.ServiceProvider.GetRequiredService<AccountRegistry>().AddAsync(
                new NewAccount("admin@alpha.example") { Grants = [new NewGrant(GrantRole.OrganizationAdmin, "beta")] },
                TestContext.Current.CancellationToken);
        }

        var shell = await LoadAsync(app, "admin@alpha.example");

        Assert.Equal(["alpha", "beta"], shell.Choices.Select(c => c.Id));
    }

    [Fact]
    public async Task An_organisation_is_pseudonymous_as_soon_as_one_of_its_workspaces_is()
    {
        await using var app = await UsageAdminApp.StartAsync();
        Assert.False((await LoadAsync(app, "admin@alpha.example")).OrganizationOf("o/alpha/analytics")!.IsPseudonymous);
        await using var db = await app.ContextAsync();
        await db.Workspaces.Where(w => w.PublicId == "alpha-lab").ExecuteUpdateAsync(
            set => set.SetProperty(w => w.UserLevelData, false), TestContext.Current.CancellationToken);

        Assert.True((await LoadAsync(app, "admin@alpha.example")).OrganizationOf("o/alpha/analytics?from=x")!.IsPseudonymous);
        Assert.True((await LoadAsync(app, "admin@beta.example")).OrganizationOf("o/beta/analytics")!.IsPseudonymous);
    }

    private static async Task<ShellModel> LoadAsync(UsageAdminApp app, string email) =>
        await app.Services.GetRequiredService<ShellQuery>().LoadAsync(
            await app.PrincipalAsync(email), theme: null, TestContext.Current.CancellationToken);
}
