using System.Net;
using UsageAdmin.Accounts.Keys;
using UsageAdmin.Commands;
using UsageAdmin.Tests.Support;

namespace UsageAdmin.Tests.Commands;

public sealed class KeyCommandTests(UsageAdminApp app) : IClassFixture<UsageAdminApp>
{
    private const string Activity = "/w/alpha-main/activity/export.json?from=2026-01-01&to=2026-01-31";

    [Fact]
    public async Task Creating_a_key_prints_it_alone_and_it_works_at_once()
    {
        var made = await RunAsync(
            "key", "create", "--workspace", "alpha-main", "--scope", "ACTIVITY_EXPORT_API", "--scope", "INGEST_API",
            "--name", "Night job", "--expires-in", "30");

        Assert.Equal(0, made.ExitCode);
        Assert.Matches(@"\Aua_live_[a-z0-9]{8}_[A-Za-z0-9_-]{43}\n\z", made.Output);
        Assert.DoesNotContain(made.Output.Trim()[17..], made.Error, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, await AskAsync(made.Output.Trim()));
    }

    [Fact]
    public async Task Keys_are_listed_without_their_secrets()
    {
        var key = await CreateAsync("alpha-lab");

        var listed = await RunAsync("key", "list", "--workspace", "alpha-lab");

        var line = Assert.Single(listed.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.StartsWith($"{key[..16]}\tactive\texpires ", line, StringComparison.Ordinal);
        Assert.EndsWith("\tnever used\tACTIVITY_EXPORT_API\tNight job", line, StringComparison.Ordinal);
        Assert.DoesNotContain(key[17..], listed.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_revoked_key_works_no_more()
    {
        var key = await CreateAsync("alpha-main");

        var revoked = await RunAsync("key", "revoke", KeyText.KeyIdOf(key)!);
        var again = await RunAsync("key", "revoke", key[..16]);

        Assert.Equal((0, "", $"{key[..16]} is revoked.\n"), revoked);
        Assert.Equal((0, "", $"{key[..16]} was revoked already.\n"), again);
        Assert.Equal(HttpStatusCode.Unauthorized, await AskAsync(key));
    }

    [Fact]
    public async Task A_rotated_key_and_its_successor_both_work()
    {
        var key = await CreateAsync("alpha-main");

        var rotated = await RunAsync("key", "rotate", KeyText.KeyIdOf(key)!);

        Assert.Equal(0, rotated.ExitCode);
        Assert.Contains($"{key[..16]} stays good until ", rotated.Error, StringComparison.Ordinal);
        Assert.NotEqual(key, rotated.Output.Trim());
        Assert.Equal(HttpStatusCode.OK, await AskAsync(key));
        Assert.Equal(HttpStatusCode.OK, await AskAsync(rotated.Output.Trim()));
    }

    [Theory]
    [InlineData(1, "There is no workspace nowhere.", "key create --workspace nowhere --scope INGEST_API --name N")]
    [InlineData(2, "'EVERYTHING' not recognized", "key create --workspace alpha-main --scope EVERYTHING --name N")]
    [InlineData(1, "A key must expire after 1 to 365 days.", "key create --workspace alpha-main --scope INGEST_API --name N --expires-in 366")]
    [InlineData(2, "Option '--scope' is required.", "key create --workspace alpha-main --name N")]
    [InlineData(1, "There is no such key.", "key revoke 00000000")]
    [InlineData(1, "There is no such key.", "key rotate nonsense")]
    [InlineData(1, "There is no workspace nowhere.", "key list --workspace nowhere")]
    public async Task Wrong_calls_are_refused_in_one_line(int exitCode, string expected, string arguments)
    {
        var result = await RunAsync(arguments.Split(' '));

        Assert.Equal((exitCode, ""), (result.ExitCode, result.Output));
        Assert.Contains(expected, result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', result.Error.TrimEnd());
    }

    private async Task<string> CreateAsync(string workspace) => (await RunAsync(
        "key", "create", "--workspace", workspace, "--scope", "ACTIVITY_EXPORT_API", "--name", "Night job")).Output.Trim();

    private async Task<HttpStatusCode> AskAsync(string key)
    {
        using var client = app.ClientWith(key);
        using var response = await client.GetAsync(Activity, TestContext.Current.CancellationToken);
        return response.StatusCode;
    }

    private async Task<(int ExitCode, string Output, string Error)> RunAsync(params string[] arguments)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var exitCode = await CommandLine.RunAsync(
            [.. arguments, .. app.WhereItIs], output, error, TestContext.Current.CancellationToken);
        return (exitCode, output.ToString(), error.ToString());
    }
}
