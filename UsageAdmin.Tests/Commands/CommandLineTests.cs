using UsageAdmin.Tests.Support;

namespace UsageAdmin.Tests.Commands;

public sealed class CommandLineTests : IAsyncLifetime
{
    private CommandPlace _place = null!;

    public async ValueTask InitializeAsync() => _place = await CommandPlace.CreateAsync();

    public ValueTask DisposeAsync() => _place.DisposeAsync();

    [Fact]
    public async Task Version_and_help_are_printed()
    {
        Assert.Matches(@"\A\d+\.\d+\.\d+", (await _place.RunAsync("--version")).Output);
        Assert.Contains("organization", (await _place.RunAsync("--help")).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_organisation_a_workspace_and_an_account_are_added()
    {
        Assert.Equal((0, "Organisation acme added.", ""), await _place.RunAsync(
            "organization", "add", "acme", "--name", "Acme", "--zone", "Europe/Berlin", "--exports", "on"));
        Assert.Equal((0, "Workspace acme-main added.", ""), await _place.RunAsync(
            "workspace", "add", "acme-main", "--organization", "acme", "--name", "Main"));
        var account = await _place.RunAsync(
            "account", "add", "ada@acme.example", "--organization", "acme", "--role", "org-admin", "--workspace",
            "acme-main", "--role", "admin");

        Assert.Equal(0, account.ExitCode);
        Assert.Matches(@"(?m)^Password \(shown only now\): [\w-]{24}$", account.Output);
    }

    [Fact]
    public async Task The_first_command_makes_the_tables()
    {
        await using var empty = await CommandPlace.CreateEmptyAsync();

        Assert.Equal((0, "Organisation acme added.", ""), await empty.RunAsync(
            "organization", "add", "acme", "--name", "Acme", "--zone", "UTC"));
        Assert.Equal(0, (await empty.RunAsync("migrate")).ExitCode);
    }

    [Fact]
    public async Task Adding_an_account_again_adds_roles_and_keeps_the_password()
    {
        await _place.RunAsync("organization", "add", "acme", "--name", "Acme", "--zone", "UTC");
        await _place.RunAsync("account", "add", "ada@acme.example");

        var again = await _place.RunAsync("account", "add", "ADA@acme.example", "--organization", "acme", "--role", "auditor");

        Assert.Equal(0, again.ExitCode);
        Assert.DoesNotContain("Password", again.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1, "There is an organisation acme already.", "organization add acme --name Acme --zone UTC")]
    [InlineData(1, "W. is no time zone", "organization add b --name B --zone W.")]
    [InlineData(1, "right/UTC is no time zone", "organization add b --name B --zone right/UTC")]
    [InlineData(1, "The id must be 1 to 64 of a-z 0-9 -.", "organization add B --name B --zone UTC")]
    [InlineData(1, "There is no organisation nobody.", "workspace add w --organization nobody --name W")]
    [InlineData(1, "Passwords must be at least 12 characters.", "account add a@acme.example --password short")]
    [InlineData(1, "There is no workspace nowhere.", "account add a@acme.example --workspace nowhere --role member")]
    [InlineData(2, "admin needs --workspace.", "account add a@acme.example --organization acme --role admin")]
    [InlineData(2, "Option '--zone' is required.", "organization add b --name B")]
    [InlineData(2, "nonsense", "nonsense")]
    [InlineData(2, "'perhaps' not recognized", "organization add b --name B --zone UTC --exports perhaps")]
    [InlineData(2, "Database:Provider: must be Sqlite or PostgreSQL.", "migrate --Database:Provider Oracle")]
    [InlineData(2, "Database:Provider: the value is missing.", "migrate --Database:Provider")]
    [InlineData(2, "Urls: nonsense is no address", "--urls nonsense")]
    [InlineData(2, "Urls: http://127.0.0.1:99999 is no address", "--urls http://127.0.0.1:99999")]
    [InlineData(2, "PublicUrl: ", "--PublicUrl ftp://x")]
    [InlineData(2, "Proxy:KnownProxies: proxy is neither an IP address nor a network.", "--Proxy:KnownProxies proxy")]
    public async Task Wrong_calls_are_refused_in_one_line(int exitCode, string expected, string arguments)
    {
        await _place.RunAsync("organization", "add", "acme", "--name", "Acme", "--zone", "UTC");

        var result = await _place.RunAsync(arguments.Split(' '));

        Assert.Equal(exitCode, result.ExitCode);
        Assert.Contains(expected, result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', result.Error);
    }

    [Fact]
    public async Task A_data_directory_that_cannot_be_made_is_named()
    {
        var file = Path.Combine(_place.Root, "file");
        await File.WriteAllTextAsync(file, "", TestContext.Current.CancellationToken);

        var result = await _place.RunAsync("migrate", "--DataDirectory", Path.Combine(file, "data"));

        Assert.Equal(2, result.ExitCode);
        Assert.StartsWith("UsageAdmin: DataDirectory: ", result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', result.Error);
    }

    [Fact]
    public async Task A_database_of_a_newer_version_is_refused_in_one_line()
    {
        await _place.SucceedAsync("migrate");
        await _place.ExecuteAsync("INSERT INTO \"__EFMigrationsHistory\" VALUES ('99990101000000_Newer', '99.0')");

        foreach (var arguments in new string[][] { ["migrate"], ["--urls", "http://127.0.0.1:0"] })
        {
            var (exitCode, _, error) = await _place.RunAsync(arguments);

            Assert.Equal(2, exitCode);
            Assert.Matches(@"\AUsageAdmin: [^\n]* was written by a newer version of UsageAdmin \(schema 99990101000000_Newer\)[^\n]*\z", error);
        }
    }

    [Fact]
    public async Task A_second_server_on_the_same_data_directory_is_refused()
    {
        TestEngine.SkipUnlessSqlite();
        await using var first = await UsageAdminApp.StartEmptyAsync();

        var second = await _place.RunAsync("--DataDirectory", first.DataDirectory, "--urls", "http://127.0.0.1:0");

        Assert.Equal(2, second.ExitCode);
        Assert.StartsWith("UsageAdmin: DataDirectory: a server is running on ", second.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Commands_run_beside_a_server()
    {
        await using var server = await UsageAdminApp.StartAsync();

        var result = await _place.RunAsync(
            ["workspace", "add", "alpha-new", "--organization", "alpha", "--name", "New", .. server.WhereItIs]);

        Assert.Equal(0, result.ExitCode);
    }

    [Fact]
    public async Task The_command_line_wins_over_the_environment()
    {
        TestEngine.SkipUnlessSqlite();
        var environment = new Dictionary<string, string> { ["Database__Provider"] = "Oracle" };
        await using var refused = UsageAdminProcess.Start(environment, "migrate");
        await using var accepted = UsageAdminProcess.Start(environment, "migrate", "--Database:Provider=Sqlite");

        Assert.Equal(2, await refused.ExitAsync());
        Assert.Equal("UsageAdmin: Database:Provider: must be Sqlite or PostgreSQL.", Assert.Single(refused.Output));
        Assert.Equal(0, await accepted.ExitAsync());
        Assert.True(File.Exists(Path.Combine(accepted.WorkingDirectory, "data", "usageadmin.db")));
    }
}
