using UsageAdmin.Tests.Support;

namespace UsageAdmin.Tests.Commands;

/// <summary><c>import --preview</c>, <c>--resume</c> and <c>undo-import</c>, as somebody types them.</summary>
public sealed class ImportCommandTests : IAsyncLifetime
{
    private CommandPlace _place = null!;

    public async ValueTask InitializeAsync() => _place = await CommandPlace.CreateAsync();

    public ValueTask DisposeAsync() => _place.DisposeAsync();

    [Fact]
    public async Task A_file_is_looked_at_imported_and_taken_back()
    {
        var file = await PrepareAsync(
            """{"type":"conversation","id":"c1","user_id":"u1","created_at":"2026-01-05T10:00:00Z"}""", "nonsense");

        var look = await _place.SucceedAsync("import", file, "--format", "ndjson", "--workspace", "main", "--preview");
        Assert.Contains("Nothing was written", look, StringComparison.Ordinal);
        Assert.Contains("conversations: 1 new, 0 changed, 0 unchanged", look, StringComparison.Ordinal);
        Assert.Contains("line 3: invalid-json", look, StringComparison.Ordinal);

        // The look was the first to ask for a number and got none.
        var import = await _place.SucceedAsync("import", file, "--format", "ndjson", "--workspace", "main");
        Assert.Contains("Source acme, import 1.", import, StringComparison.Ordinal);
        Assert.Contains("conversations: 1 new", import, StringComparison.Ordinal);

        var undone = await _place.SucceedAsync("undo-import", "1", "--workspace", "main");
        Assert.Contains("Import 1 is undone: 1 conversations removed, 0 as before.", undone, StringComparison.Ordinal);
        Assert.Contains("2026-01", undone, StringComparison.Ordinal);
        await RefusedAsync("Import 1 is undone already.", "undo-import", "1", "--workspace", "main");
        await RefusedAsync("There is no import 7", "undo-import", "7", "--workspace", "main");
        await RefusedAsync("There is no workspace other.", "undo-import", "1", "--workspace", "other");
    }

    [Fact]
    public async Task Only_an_import_that_stopped_goes_on_and_only_in_its_workspace()
    {
        var file = await PrepareAsync("""{"type":"conversation","id":"c1","user_id":"u1","created_at":"2026-01-05T10:00:00Z"}""");
        await _place.SucceedAsync("import", file, "--format", "ndjson", "--workspace", "main");

        await RefusedAsync("nothing to go on with", "import", file, "--format", "ndjson", "--workspace", "main", "--resume", "1");
        await RefusedAsync("is not one of format", "import", file, "--format", "ndjson", "--workspace", "other", "--resume", "1");
        await RefusedAsync("There is no import 2", "import", file, "--format", "ndjson", "--workspace", "main", "--resume", "2");
    }

    private async Task<string> PrepareAsync(params string[] lines)
    {
        await _place.SucceedAsync("organization", "add", "acme", "--name", "Acme", "--zone", "UTC", "--exports", "on");
        await _place.SucceedAsync("workspace", "add", "main", "--organization", "acme", "--name", "Main");
        var path = Path.Combine(_place.Root, "usage.ndjson");
        await File.WriteAllLinesAsync(
            path, ["""{"type":"header","format":"usageadmin-ndjson","version":1,"source":"acme"}""", .. lines],
            TestContext.Current.CancellationToken);
        return path;
    }

    private async Task RefusedAsync(string reason, params string[] arguments)
    {
        var (exitCode, _, error) = await _place.RunAsync(arguments);
        Assert.Equal(1, exitCode);
        Assert.Contains(reason, error, StringComparison.Ordinal);
    }
}
