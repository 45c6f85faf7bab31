using System.Net;
using UsageAdmin.Tests.Support;

namespace UsageAdmin.Tests.Server;

public sealed class HealthTests(UsageAdminApp app) : IClassFixture<UsageAdminApp>
{
    [Theory]
    [InlineData("/healthz", "ok")]
    [InlineData("/readyz", "ready")]
    public async Task Health_answers_without_sign_in(string path, string expected)
    {
        using var client = app.NewClient();

        using var response = await client.GetAsync(path, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(expected, await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        using var head = new HttpRequestMessage(HttpMethod.Head, path);
        using var headers = await client.SendAsync(head, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, headers.StatusCode);
    }

    [Fact]
    public async Task Until_the_schema_is_up_to_date_the_server_lives_but_is_not_ready()
    {
        await using var empty = await CommandPlace.CreateEmptyAsync();
        await using var migrating = await empty.HoldMigrationAsync();
        await using var program = UsageAdminProcess.Start(["--urls", "http://127.0.0.1:0", .. empty.WhereItIs]);
        using var client = new HttpClient
        {
            BaseAddress = new Uri((await program.LineAsync("UsageAdmin listens on ")).Split(' ')[^1]),
        };

        Assert.Equal(HttpStatusCode.OK, await StatusAsync(client, "/healthz"));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, await StatusAsync(client, "/readyz"));
        using var page = await client.GetAsync("/w/alpha-main/activity", TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, page.StatusCode);
        Assert.Contains("http-equiv=\"refresh\"", await page.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);

        await migrating.DisposeAsync();
        await program.LineAsync("Ready.");
        Assert.DoesNotContain(program.Output, line => line.StartsWith("fail:", StringComparison.Ordinal));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(client, "/readyz"));
        Assert.Equal(0, await program.StopAsync());
    }

    [Fact]
    public async Task A_start_that_fails_ends_the_program_with_one_line()
    {
        TestEngine.SkipUnlessSqlite();
        var data = Directory.CreateTempSubdirectory("usageadmin-");
        await File.WriteAllTextAsync(
            Path.Combine(data.FullName, "usageadmin.db"), new string('x', 8192), TestContext.Current.CancellationToken);
        await using var program = UsageAdminProcess.Start("--urls", "http://127.0.0.1:0", "--DataDirectory", data.FullName);

        Assert.Equal(1, await program.ExitAsync());
        Assert.Contains("not a database", program.Output.Last(), StringComparison.Ordinal);
        Assert.DoesNotContain(program.Output, line => line.Contains("   at ", StringComparison.Ordinal));
        data.Delete(recursive: true);
    }

    private static async Task<HttpStatusCode> StatusAsync(HttpClient client, string path)
    {
        using var response = await client.GetAsync(path, TestContext.Current.CancellationToken);
        return response.StatusCode;
    }
}
