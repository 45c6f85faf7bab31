using System.Net;
using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using UsageAdmin.Ingest;
using UsageAdmin.Tests.Support;

namespace UsageAdmin.Tests.Analytics;

public sealed class AnalyticsDownloadTests(UsageAdminApp app) : IClassFixture<UsageAdminApp>, IAsyncLifetime
{
    private const string Zip = "/o/alpha/analytics/export.zip?from=2026-01&to=2026-02";

    public async ValueTask InitializeAsync() => await app.Services.GetRequiredService<ImportWriter>().WriteAsync(
        new ImportItem[] { Some.Conversation("c1", app: "a1", messages: [Some.Message("m1"), Some.Message("m2")]) }.ToAsyncEnumerable(),
        new ImportRequest("test", "test", "alpha-main"), TestContext.Current.CancellationToken);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task The_zip_holds_exactly_the_four_files_and_says_what_it_is()
    {
        using var client = await app.SignInAsync("admin@alpha.example");

        using var answer = await client.GetAsync(Zip, TestContext.Current.CancellationToken);
        var bytes = await answer.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("application/zip", answer.Content.Headers.ContentType!.ToString());
        Assert.Equal(bytes.Length, answer.Content.Headers.ContentLength);
        Assert.Equal("org-analytics-alpha-2026-01-2026-02.zip", answer.Content.Headers.ContentDisposition!.FileNameStar);
        Assert.Equal($"\"{Convert.ToHexStringLower(SHA256.HashData(bytes))}\"", answer.Headers.ETag!.Tag);
        var files = AnalyticsFiles.Read(bytes);
        Assert.Equal(["user-analytics.csv", "app-analytics.csv", "category-analytics.csv", "general-analytics.csv"], files.All.Keys);
        Assert.Equal(["2", "0"], files.General.Select(r => r["messages_total"]));

        // Its history says the same.
        var state = JsonDocument.Parse(await client.GetStringAsync(
            $"/exports/{answer.Headers.GetValues("X-Export-Id").Single()}", TestContext.Current.CancellationToken)).RootElement;
        Assert.Equal(files.All.Values.Sum(rows => rows.Count), state.GetProperty("rows").GetInt32());
        Assert.Equal(2, state.GetProperty("totals").GetProperty("months")[0].GetProperty("messagesTotal").GetInt32());
        Assert.Equal("2026-02", state.GetProperty("parameters").GetProperty("to").GetString());
        Assert.Equal(bytes, await client.GetByteArrayAsync(
            state.GetProperty("fileUrl").GetString(), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_kept_file_with_names_is_gone_once_one_of_its_workspaces_hides_them()
    {
        await using var strict = await UsageAdminApp.StartAsync();
        using var client = await strict.SignInAsync("admin@alpha.example");
        var files = new List<string>();
        foreach (var narrowed in new[] { "", "&workspace=alpha-lab", "&workspace=alpha-main" })
        {
            using var answer = await client.GetAsync(Zip + narrowed, TestContext.Current.CancellationToken);
            files.Add($"/exports/{answer.Headers.GetValues("X-Export-Id").Single()}/file");
        }

        await using var db = await strict.ContextAsync();
        await db.Workspaces.Where(w => w.PublicId == "alpha-lab").ExecuteUpdateAsync(
            set => set.SetProperty(w => w.UserLevelData, false), TestContext.Current.CancellationToken);

        var answers = new List<HttpStatusCode>();
        foreach (var file in files)
        {
            using var answer = await client.GetAsync(file, TestContext.Current.CancellationToken);
            answers.Add(answer.StatusCode);
        }

        Assert.Equal([HttpStatusCode.Gone, HttpStatusCode.Gone, HttpStatusCode.OK], answers);
    }

    [Theory]
    [InlineData("", "from")]
    [InlineData("?from=2026-01", "to")]
    [InlineData("?from=2026-02&to=2026-01", "from")]
    [InlineData("?from=2026-01-01&to=2026-02", "from")]
    [InlineData("?from=2010-01&to=2026-01", "from")]
    [InlineData("?from=2026-01&to=2030-01", "to")]
    [InlineData("?range=last-week", "range")]
    [InlineData("?range=last-month&from=2026-01&to=2026-01", "range")]
    [InlineData("?from=2026-01&to=2026-02&workspace=beta-main", "workspace")]
    [InlineData("?from=2026-01&to=2026-02&workspace=%00", "workspace")]
    public async Task What_cannot_be_made_is_refused_and_the_field_is_named(string query, string field)
    {
        using var client = await app.SignInAsync("admin@alpha.example");

        using var answer = await client.GetAsync($"/o/alpha/analytics/export.zip{query}", TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType!.MediaType);
        var problem = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).RootElement;
        Assert.Equal([field], problem.GetProperty("errors").EnumerateObject().Select(e => e.Name));
    }

    [Theory]
    [InlineData("admin@alpha.example", "alpha", HttpStatusCode.OK)]
    [InlineData("outside@alpha.example", "alpha", HttpStatusCode.OK)]
    [InlineData("wsadmin@alpha.example", "alpha", HttpStatusCode.Forbidden)]
    [InlineData("member@alpha.example", "alpha", HttpStatusCode.Forbidden)]
    [InlineData("admin@beta.example", "alpha", HttpStatusCode.NotFound)]
    [InlineData("admin@alpha.example", "nowhere", HttpStatusCode.NotFound)]
    [InlineData("admin@gamma.example", "gamma", HttpStatusCode.Forbidden)]
    public async Task Only_org_admins_get_it(string account, string organization, HttpStatusCode expected)
    {
        using var client = await app.SignInAsync(account);
        foreach (var format in new[] { "zip", "xlsx" })
        {
            using var answer = await client.GetAsync(
                $"/o/{organization}/analytics/export.{format}?range=last-12-months", TestContext.Current.CancellationToken);

            Assert.Equal(expected, answer.StatusCode);
        }
    }

    [Fact]
    public async Task The_command_writes_the_same_bytes()
    {
        using var client = await app.SignInAsync("admin@alpha.example");
        foreach (var format in new[] { "zip", "xlsx" })
        {
            var downloaded = await client.GetByteArrayAsync(
                Zip.Replace("zip", format, StringComparison.Ordinal), TestContext.Current.CancellationToken);
            var path = Path.Combine(app.DataDirectory, $"written.{format}");
            var (output, error) = (new StringWriter(), new StringWriter());

            var exitCode = await UsageAdmin.Commands.CommandLine.RunAsync(
                [
                    "export", "org-analytics", "--organization", "alpha", "--from", "2026-01", "--to", "2026-02", "--out", path,
                    .. app.WhereItIs,
                ],
                output, error, TestContext.Current.CancellationToken);

            Assert.Equal((0, ""), (exitCode, error.ToString()));
            Assert.Equal(downloaded, await File.ReadAllBytesAsync(path, TestContext.Current.CancellationToken));
            Assert.Contains($"{downloaded.Length} bytes", output.ToString(), StringComparison.Ordinal);
        }
    }
}
