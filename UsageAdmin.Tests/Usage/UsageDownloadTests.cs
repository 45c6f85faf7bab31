using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using UsageAdmin.Tests.Browser;
using UsageAdmin.Tests.Exports.Tables;
using UsageAdmin.Tests.Support;
using UsageAdmin.Usage;

namespace UsageAdmin.Tests.Usage;

public sealed class UsageDownloadTests(UsageAdminApp app) : IClassFixture<UsageAdminApp>, IAsyncLifetime
{
    private const string Exports = "/w/alpha-main/usage/export";

    public static TheoryData<string, string> Files =>
        [.. from type in UsageDataTypes.All from format in UsageExport.Formats select (UsageDataTypes.NameOf(type), format)];

    public async ValueTask InitializeAsync()
    {
        await BrowserFixture.ImportAsync(app, "alpha-main");
        await using var db = await app.ContextAsync();
        await db.Organizations.Where(o => o.PublicId == "alpha").ExecuteUpdateAsync(
            set => set.SetProperty(o => o.WorkflowsEnabled, true), TestContext.Current.CancellationToken);
        await SetWorkflowsAsync("alpha-main", true);
        await SetWorkflowsAsync("alpha-lab", false);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Theory]
    [MemberData(nameof(Files))]
    public async Task A_file_says_what_it_is_and_history_says_the_same(string type, string format)
    {
        using var client = await app.SignInAsync("wsadmin@alpha.example");

        using var answer = await client.GetAsync($"{Exports}/{type}.{format}?range=last-month", TestContext.Current.CancellationToken);
        var bytes = await answer.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(
            format == "csv" ? "text/csv; charset=utf-8" : "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            answer.Content.Headers.ContentType!.ToString());
        Assert.Equal(bytes.Length, answer.Content.Headers.ContentLength);
        Assert.Matches($@"^{type}-usage-alpha-main-\d{{4}}-\d\d-01-\d{{4}}-\d\d-\d\d\.{format}$", answer.Content.Headers.ContentDisposition!.FileNameStar!);
        Assert.Equal($"\"{Convert.ToHexStringLower(SHA256.HashData(bytes))}\"", answer.Headers.ETag!.Tag);
        var state = JsonDocument.Parse(await client.GetStringAsync(
            $"/exports/{answer.Headers.GetValues("X-Export-Id").Single()}", TestContext.Current.CancellationToken)).RootElement;
        Assert.Equal((type, format), (state.GetProperty("kind").GetString(), state.GetProperty("format").GetString()));
        if (format == "csv")
        {
            Assert.Equal(state.GetProperty("rows").GetInt32(), CsvReader.Read(Encoding.UTF8.GetString(bytes)).Count - 1);
        }
    }

    [Fact]
    public async Task A_period_without_usage_gives_the_header_alone()
    {
        using var client = await app.SignInAsync("wsadmin@alpha.example");
        foreach (var type in UsageDataTypes.All.Where(t => t != UsageDataType.Workflows).Select(UsageDataTypes.NameOf))
        {
            var header = Assert.Single(CsvReader.Read(await client.GetStringAsync(
                $"/w/alpha-lab/usage/export/{type}.csv?range=last-month&includeInactive=false", TestContext.Current.CancellationToken)));

            Assert.Equal(["period_start", "period_end", "org_id"], header[..3]);
        }
    }

    [Theory]
    [InlineData("", "range")]
    [InlineData("?range=yesterday", "range")]
    [InlineData("?range=last-week&from=2026-01-01&to=2026-01-02", "range")]
    [InlineData("?from=2026-01-01", "to")]
    [InlineData("?from=2020-01-01&to=2020-01-31", "from")]
    [InlineData("?from=2026-01&to=2026-01-31", "from")]
    [InlineData("?from=2099-01-01&to=2099-01-31", "from")]
    [InlineData("?range=last-week&layout=wide", "layout")]
    [InlineData("?range=last-week&includeInactive=perhaps", "includeInactive")]
    public async Task What_cannot_be_made_is_refused_and_the_field_is_named(string query, string field)
    {
        using var client = await app.SignInAsync("wsadmin@alpha.example");

        using var answer = await client.GetAsync($"{Exports}/users.csv{query}", TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType!.MediaType);
        var problem = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).RootElement;
        Assert.Equal([field], problem.GetProperty("errors").EnumerateObject().Select(e => e.Name));
    }

    [Theory]
    [InlineData("/w/alpha-main/usage/export/agents.csv?range=last-month")]
    [InlineData("/w/alpha-main/usage/export/apps.csv?range=last-month")]
    [InlineData("/w/alpha-main/usage/export/users.json?range=last-month")]
    [InlineData("/w/alpha-lab/usage/export/workflows.csv?range=last-month")]
    public async Task There_is_no_file_of_what_does_not_exist(string address)
    {
        using var client = await app.SignInAsync("wsadmin@alpha.example");

        using var answer = await client.GetAsync(address, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
    }

    [Theory]
    [InlineData("admin@alpha.example", "alpha-main", HttpStatusCode.OK)]
    [InlineData("wsadmin@alpha.example", "alpha-main", HttpStatusCode.OK)]
    [InlineData("outside@alpha.example", "alpha-main", HttpStatusCode.Forbidden)]
    [InlineData("member@alpha.example", "alpha-main", HttpStatusCode.Forbidden)]
    [InlineData("operator@example", "alpha-main", HttpStatusCode.NotFound)]
    [InlineData("admin@beta.example", "alpha-main", HttpStatusCode.NotFound)]
    [InlineData("admin@alpha.example", "nowhere", HttpStatusCode.NotFound)]
    [InlineData("wsadmin@gamma.example", "gamma-main", HttpStatusCode.Forbidden)]
    public async Task Only_admins_of_the_workspace_get_it(string account, string workspace, HttpStatusCode expected)
    {
        using var client = await app.SignInAsync(account);

        using var answer = await client.GetAsync(
            $"/w/{workspace}/usage/export/users.csv?range=last-month", TestContext.Current.CancellationToken);

        Assert.Equal(expected, answer.StatusCode);
        if (account.Contains("gamma", StringComparison.Ordinal))
        {
            Assert.Contains("feature-disabled", await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Other_sites_cannot_make_a_browser_download_it()
    {
        using var client = await app.SignInAsync("wsadmin@alpha.example");
        client.DefaultRequestHeaders.Add("Sec-Fetch-Site", "cross-site");

        using var answer = await client.GetAsync($"{Exports}/users.csv?range=last-month", TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
    }

    [Theory]
    [MemberData(nameof(Files))]
    public async Task The_command_writes_the_same_bytes(string type, string format)
    {
        using var client = await app.SignInAsync("wsadmin@alpha.example");
        var downloaded = await client.GetByteArrayAsync(
            $"{Exports}/{type}.{format}?range=last-month&layout=extended{(type == "users" ? "&includeInactive=false" : "")}",
            TestContext.Current.CancellationToken);
        var path = Path.Combine(app.DataDirectory, $"written-{type}.{format}");

        var (exitCode, output, error) = await RunAsync(
            [
                "export", type, "--workspace", "alpha-main", "--range", "last-month", "--layout", "extended", "--out", path,
                .. type == "users" ? (string[])["--include-inactive", "false"] : [],
            ]);

        Assert.Equal((0, ""), (exitCode, error));
        Assert.Equal(downloaded, await File.ReadAllBytesAsync(path, TestContext.Current.CancellationToken));
        Assert.Contains($"{downloaded.Length} bytes", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(2, "range: Is missing: give range, or from and to.", "export users --workspace alpha-main")]
    [InlineData(2, "from: Must not be before ", "export models --workspace alpha-main --from 2020-01-01 --to 2020-01-02")]
    [InlineData(1, "Workflows are not switched on for alpha-lab.", "export workflows --workspace alpha-lab --range last-week")]
    [InlineData(1, "There is no workspace nowhere.", "export users --workspace nowhere --range last-week")]
    [InlineData(1, "Exports are off for gamma.", "export users --workspace gamma-main --range last-week")]
    public async Task A_command_that_cannot_be_done_says_why(int exitCode, string explanation, string command)
    {
        var path = Path.Combine(app.DataDirectory, "refused.csv");

        var (actual, _, error) = await RunAsync([.. command.Split(' '), "--out", path]);

        Assert.Equal(exitCode, actual);
        Assert.Contains(explanation, error, StringComparison.Ordinal);
        Assert.False(File.Exists(path));
    }

    private async Task<(int ExitCode, string Output, string Error)> RunAsync(string[] arguments)
    {
        var (output, error) = (new StringWriter(), new StringWriter());
        var exitCode = await UsageAdmin.Commands.CommandLine.RunAsync(
            [.. arguments, .. app.WhereItIs], output, error, TestContext.Current.CancellationToken);
        return (exitCode, output.ToString(), error.ToString());
    }

    private async Task SetWorkflowsAsync(string workspace, bool on)
    {
        await using var db = await app.ContextAsync();
        await db.Workspaces.Where(w => w.PublicId == workspace).ExecuteUpdateAsync(
            set => set.SetProperty(w => w.WorkflowsEnabled, on), TestContext.Current.CancellationToken);
    }
}
