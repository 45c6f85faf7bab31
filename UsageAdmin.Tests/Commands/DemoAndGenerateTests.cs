using System.Net;
using UsageAdmin.Commands;
using UsageAdmin.Data;
using UsageAdmin.Tests.Support;

namespace UsageAdmin.Tests.Commands;

public sealed class DemoAndGenerateTests : IAsyncLifetime
{
    private TestDatabase _database = null!;

    public async ValueTask InitializeAsync() => _database = await TestDatabase.CreateAsync();

    public ValueTask DisposeAsync() => _database.DisposeAsync();

    [Fact]
    public async Task Generate_fills_a_workspace_with_exactly_as_many_conversations_as_asked_for()
    {
        string[] arguments =
        [
            "generate", "--workspace", TestDatabase.WorkspacePublicId, "--conversations", "120", "--seed", "3", "--users",
            "20", "--from", "2026-10-01", "--to", "2026-10-31",
        ];

        var first = await RunAsync(arguments);
        var again = await RunAsync(arguments);

        Assert.Equal((0, ""), (first.ExitCode, first.Error));
        Assert.Matches(
            @"\AWorkspace acme-main: 120 conversations and \d+ messages, 2026-10-01 to 2026-10-31\.\z", first.Output);
        Assert.Contains(" 0 conversations and 0 messages", again.Output, StringComparison.Ordinal);
        using var session = _database.Database.OpenRead();
        var outside = session.Prepare(
                "SELECT count(*), sum(CASE WHEN created_at BETWEEN ?1 AND ?2 THEN 0 ELSE 1 END) FROM conversation")
            .Bind(1, UnixMilliseconds.From(new DateTime(2026, 9, 30, 22, 0, 0, DateTimeKind.Utc)))
            .Bind(2, UnixMilliseconds.From(new DateTime(2026, 10, 31, 23, 0, 0, DateTimeKind.Utc)));
        outside.Step();
        Assert.Equal((120, 0), (outside.Number(0), outside.Number(1)));
    }

    [Theory]
    [InlineData(1, "There is no workspace nowhere.", "--workspace nowhere --conversations 1")]
    [InlineData(2, "--conversations must be 1 to 100000000.", "--workspace acme-main --conversations 0")]
    [InlineData(2, "--from 2026-02-02 lies behind --to 2026-02-01.",
        "--workspace acme-main --conversations 1 --from 2026-02-02 --to 2026-02-01")]
    public async Task Wrong_calls_are_refused_in_one_line(int exitCode, string expected, string arguments)
    {
        var result = await RunAsync(["generate", .. arguments.Split(' ')]);

        Assert.Equal(exitCode, result.ExitCode);
        Assert.Contains(expected, result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', result.Error);
    }

    [Fact]
    public async Task The_demo_is_loaded_before_the_server_is_ready_and_prints_its_accounts()
    {
        await using var empty = await CommandPlace.CreateEmptyAsync();
        await using var program = UsageAdminProcess.Start(
            ["--demo", "--urls", "http://127.0.0.1:0", "--Demo:Password=short", .. empty.WhereItIs]);
        await program.LineAsync("Ready.");
        using var client = new HttpClient
        {
            BaseAddress = new Uri((await program.LineAsync("UsageAdmin listens on ")).Split(' ')[^1]),
        };

        using var response = await client.GetAsync("/readyz", TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("Demo accounts, all with the password short", await program.LineAsync("Demo accounts"));
        Assert.Equal("  admin@alpha.example", await program.LineAsync("admin@alpha.example"));
        Assert.DoesNotContain(program.Output, line => line.Contains("/setup", StringComparison.Ordinal));
        Assert.Equal(0, await program.StopAsync());
    }

    private async Task<(int ExitCode, string Output, string Error)> RunAsync(params string[] arguments)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var exitCode = await CommandLine.RunAsync(
            [.. _database.WhereItIs, .. arguments], output, error, TestContext.Current.CancellationToken);
        return (exitCode, output.ToString().TrimEnd(), error.ToString().TrimEnd());
    }
}
