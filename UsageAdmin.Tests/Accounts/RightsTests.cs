using System.Security.Claims;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using UsageAdmin.Accounts;
using UsageAdmin.Data.Schema;
using UsageAdmin.Tests.Support;

namespace UsageAdmin.Tests.Accounts;

public sealed class RightsTests(UsageAdminApp app) : IClassFixture<UsageAdminApp>
{
    private const string Workspace = "alpha-main";
    private const string Organization = "alpha";

    /// <summary>Who may do what in alpha: G granted, F forbidden, N not found. Columns as <see cref="Columns"/>.</summary>
    private static readonly Dictionary<string, string> Matrix = new(StringComparer.Ordinal)
    {
        ["admin@alpha.example"] = "GGGGGGGGGGGF",
        ["outside@alpha.example"] = "FFGGFGFFGGGF",
        ["wsadmin@alpha.example"] = "FFFFGGGGFFFF",
        ["member@alpha.example"] = "FFFFFFFFFFFF",
        ["auditor@alpha.example"] = "FFFFFGFFFGGF",
        ["restricted@alpha.example"] = "GGFFGGFFGGGF",
        ["lab@alpha.example"] = "NNFFNGNNFFFF",
        ["operator@example"] = "NNNNNNNNNNNG",
        ["admin@beta.example"] = "NNNNNNNNNNNF",
    };

    private static readonly Right[] Columns =
    [
        Right.ViewActivity, Right.ExportActivity, Right.ViewAnalytics, Right.ExportAnalytics, Right.ViewExports,
        Right.ViewOrganizationExports, Right.ExportUsage, Right.ManageWorkspace, Right.ManageOrganization, Right.ViewAudit,
        Right.ExportAudit, Right.OperateInstance,
    ];

    public static TheoryData<string, Right, char> Cells =>
        [.. Matrix.SelectMany(row => Columns.Select((right, i) => (row.Key, right, row.Value[i])))];

    [Theory]
    [MemberData(nameof(Cells))]
    public async Task Everybody_may_do_what_their_roles_say_and_nothing_else(string email, Right right, char expected)
    {
        await AddOthersAsync();
        var decision = await DecideAsync(email, right, IsInWorkspace(right) ? Workspace : Organization);

        Assert.Equal(expected, decision switch
        {
            RightDecision.Granted => 'G',
            RightDecision.Forbidden => 'F',
            RightDecision.NotFound => 'N',
            _ => '?',
        });
    }

    [Fact]
    public void The_table_has_every_right() => Assert.Equal(Enum.GetValues<Right>(), Columns.Order());

    [Theory]
    [InlineData("admin@gamma.example", Right.ExportActivity, typeof(RightDecision.FeatureDisabled))]
    [InlineData("admin@gamma.example", Right.ExportAnalytics, typeof(RightDecision.FeatureDisabled))]
    [InlineData("wsadmin@gamma.example", Right.ExportUsage, typeof(RightDecision.FeatureDisabled))]
    [InlineData("admin@gamma.example", Right.ExportAudit, typeof(RightDecision.FeatureDisabled))]
    [InlineData("admin@gamma.example", Right.ViewActivity, typeof(RightDecision.Granted))]
    [InlineData("admin@gamma.example", Right.ViewExports, typeof(RightDecision.Granted))]
    [InlineData("wsadmin@gamma.example", Right.ExportActivity, typeof(RightDecision.Forbidden))]
    [InlineData("admin@alpha.example", Right.ExportActivity, typeof(RightDecision.NotFound))]
    public async Task Whether_exports_are_on_is_looked_at_last(string email, Right right, Type expected) => Assert.IsType(
        expected, await DecideAsync(email, right, IsInWorkspace(right) ? "gamma-main" : "gamma"));

    [Fact]
    public async Task Nobody_may_do_anything_without_signing_in()
    {
        var rights = app.Services.GetRequiredService<Rights>();

        foreach (var right in Columns)
        {
            Assert.IsType<RightDecision.NotFound>(await rights.DecideAsync(
                new ClaimsPrincipal(new ClaimsIdentity()), right, Organization, TestContext.Current.CancellationToken));
        }
    }

    [Fact]
    public async Task A_grant_that_is_taken_away_ends_at_once()
    {
        await using var own = await UsageAdminApp.StartAsync();
        using var client = await own.SignInAsync("admin@alpha.example");
        var rights = own.Services.GetRequiredService<Rights>();
        var user = await own.PrincipalAsync("admin@alpha.example");
        Assert.IsType<RightDecision.Granted>(await rights.DecideAsync(
            user, Right.ViewActivity, Workspace, TestContext.Current.CancellationToken));

        await using var db = await own.ContextAsync();
        await db.AccountGrants.ExecuteDeleteAsync(TestContext.Current.CancellationToken);

        Assert.IsType<RightDecision.NotFound>(await rights.DecideAsync(
            user, Right.ViewActivity, Workspace, TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData("admin@alpha.example", "/w/alpha-lab/activity")]
    [InlineData("outside@alpha.example", "/o/alpha/analytics")]
    [InlineData("wsadmin@alpha.example", "/w/alpha-lab/usage")]
    [InlineData("member@alpha.example", "/account/no-access")]
    [InlineData("operator@example", "/account/no-access")]
    public async Task The_start_page_leads_where_the_account_may_go(string email, string expected)
    {
        using var client = await app.SignInAsync(email);

        using var response = await client.GetAsync("/", TestContext.Current.CancellationToken);

        Assert.Equal(expected, response.Headers.Location?.ToString());
    }

    [Fact]
    public async Task The_start_page_leads_to_the_workspace_used_last()
    {
        await using var own = await UsageAdminApp.StartAsync();
        var user = await own.PrincipalAsync("admin@alpha.example");
        await using var db = await own.ContextAsync();
        var landing = own.Services.GetRequiredService<Landing>();

        await landing.RememberAsync(
            user, await db.Workspaces.SingleAsync(w => w.PublicId == Workspace, TestContext.Current.CancellationToken),
            TestContext.Current.CancellationToken);

        Assert.Equal(
            $"/w/{Workspace}/activity", await landing.FindAsync(user, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task The_start_page_leads_nowhere_without_a_workspace_and_without_analytics()
    {
        await using var own = await UsageAdminApp.StartAsync();
        await using var db = await own.ContextAsync();
        await db.AccountGrants.Where(g => g.Role == GrantRole.OrganizationAdmin).ExecuteUpdateAsync(
            set => set.SetProperty(g => g.Role, GrantRole.OrganizationAdminWithoutAnalytics),
            TestContext.Current.CancellationToken);

        Assert.Equal("/account/no-access", await own.Services.GetRequiredService<Landing>().FindAsync(
            await own.PrincipalAsync("outside@alpha.example"), TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData("outside@alpha.example", "admin@alpha.example")]
    [InlineData("member@alpha.example", "outside@alpha.example")]
    public async Task Who_sees_nothing_learns_whom_to_ask(string email, string admin)
    {
        using var client = await app.SignInAsync(email);

        Assert.Contains(
            admin, await client.GetStringAsync("/account/no-access", TestContext.Current.CancellationToken),
            StringComparison.Ordinal);
    }

    internal static bool IsInWorkspace(Right right) =>
        right is Right.ViewActivity or Right.ExportActivity or Right.ExportUsage or Right.ManageWorkspace
            or Right.ViewExports;

    private async Task<RightDecision> DecideAsync(string email, Right right, string id) =>
        await app.Services.GetRequiredService<Rights>().DecideAsync(await app.PrincipalAsync(email), right, id);

    /// <summary>Kinds of accounts that the demo does not have.</summary>
    private async Task AddOthersAsync()
    {
        await using var scope = app.Services.CreateAsyncScope();
        var accounts = scope.ServiceProvider.GetRequiredService<AccountRegistry>();
        (string Email, NewGrant[] Grants)[] others =
        [
            ("auditor@alpha.example", [new NewGrant(GrantRole.Auditor, Organization)]),
            ("restricted@alpha.example",
            [
                new NewGrant(GrantRole.OrganizationAdminWithoutAnalytics, Organization),
                new NewGrant(GrantRole.WorkspaceMember, WorkspaceId: Workspace),
            ]),
            ("lab@alpha.example", [new NewGrant(GrantRole.WorkspaceAdmin, WorkspaceId: "alpha-lab")]),
        ];
        foreach (var (email, grants) in others)
        {
            await accounts.AddAsync(new NewAccount(email) { Grants = grants });
        }
    }
}
