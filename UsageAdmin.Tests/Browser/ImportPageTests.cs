using System.Text;
using Microsoft.EntityFrameworkCore;
using Microsoft.Playwright;
using UsageAdmin.Data.Schema;
using UsageAdmin.Tests.Ingest.Jobs;
using UsageAdmin.Tests.Support;

namespace UsageAdmin.Tests.Browser;

[Collection(BrowserTests.Name)]
public sealed class ImportPageTests(BrowserFixture fixture)
{
    private const string Import = "/w/alpha-main/import";
    private const string Admin = "wsadmin@alpha.example";

    /// <summary>Of js/upload.js.</summary>
    private const int ChunkBytes = 4 << 20;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("en-GB")]
    [InlineData("de-DE")]
    public async Task A_file_is_sent_looked_at_imported_repeated_and_undone(string locale)
    {
        await using var server = await UsageAdminApp.StartAsync();
        await using var visitor = await fixture.VisitAsync(Admin, locale, server: server);
        var page = visitor.Page;
        await visitor.OpenAsync(Import);
        await page.WaitForSelectorAsync(".state h2");

        await SendAsync(page, "chats.ndjson", Chats(12));
        await page.WaitForSelectorAsync("#preview [data-kind=conversations]");
        Assert.Equal("12", await page.TextContentAsync("[data-kind=conversations] td:nth-child(2)"));
        await using (var db = await server.ContextAsync())
        {
            Assert.Equal(0, await db.Set<Conversation>().CountAsync(Token));
        }

        await visitor.InteractiveAsync();
        await AccessibilityTests.AssertAccessibleAsync(visitor, null);
        await page.ClickAsync("[formaction$='/import']");
        await visitor.AddressContainsAsync("?import=");
        await page.WaitForSelectorAsync("[data-state=Finished] [data-kind=messages]");

        await page.ClickAsync("a[href*='repeat=']");
        await visitor.AddressContainsAsync("?repeat=");
        await page.WaitForSelectorAsync(".upload-repeat");
        await SendAsync(page, "newer.ndjson", Chats(14, "not json", """{"type":"message","id":"m9","conversation_id":"c1"}"""));
        await page.WaitForSelectorAsync("#preview .problems");
        Assert.Equal("2", await page.TextContentAsync("[data-kind=conversations] td:nth-child(2)"));
        Assert.Equal("12", await page.TextContentAsync("[data-kind=conversations] td:nth-child(4)"));
        Assert.Equal(
            ["invalid-json", "missing-field", "source"],
            await page.Locator("#preview .problems").First.Locator("code").AllTextContentsAsync());
        Assert.Equal("acme", await page.InputValueAsync("#source"));
        await visitor.InteractiveAsync();
        await AccessibilityTests.AssertAccessibleAsync(visitor, null);
        await page.ClickAsync("[formaction$='/import']");
        await page.WaitForSelectorAsync("[data-state=Finished] #problems code");
        await visitor.InteractiveAsync();
        await AccessibilityTests.AssertAccessibleAsync(visitor, null);

        await page.ClickAsync(".import-undo summary");
        await AccessibilityTests.AssertAccessibleAsync(visitor, "details[open]");
        await page.ClickAsync(".import-undo .button-danger");
        await page.WaitForSelectorAsync("[data-state=Undone]");

        await using var after = await server.ContextAsync();
        Assert.Equal(12, await after.Set<Conversation>().CountAsync(Token));
        await visitor.OpenAsync(Import);
        Assert.Equal(["Undone", "Finished"], await page.Locator(".import-row").EvaluateAllAsync<string[]>("rows => rows.map(r => r.dataset.state)"));
        Assert.Empty(visitor.TakeComplaints());
    }

    [Fact]
    public async Task A_file_goes_on_where_it_stopped_after_a_reload()
    {
        await using var server = await UsageAdminApp.StartAsync();
        await using var visitor = await fixture.VisitAsync(Admin, server: server);
        var page = visitor.Page;
        page.Dialog += (_, dialog) => _ = dialog.AcceptAsync();
        await visitor.OpenAsync(Import);
        var file = LargeChats();
        await page.RouteAsync("**/import/uploads/*?offset=*", route => Offset(route) == 0 ? route.ContinueAsync() : route.AbortAsync());
        await SendAsync(page, "large.ndjson", file);
        await page.GetByText("4.2 MB of").WaitForAsync();

        await page.ReloadAsync();
        await visitor.InteractiveAsync();
        await page.GetByText("Not finished: 4.2 MB of").WaitForAsync();
        await page.UnrouteAllAsync(new() { Behavior = UnrouteBehavior.IgnoreErrors });
        await SendAsync(page, "large.ndjson", file);

        await page.WaitForSelectorAsync("#preview [data-kind=conversations]");
        Assert.Equal("3", await page.TextContentAsync("[data-kind=messages] td:nth-child(2)"));
        await using var db = await server.ContextAsync();
        Assert.Equal(file.Length, (await db.ImportUploads.SingleAsync(Token)).Received);
    }

    [Fact]
    public async Task Another_file_with_the_same_name_and_size_is_not_mixed_in()
    {
        await using var server = await UsageAdminApp.StartAsync();
        await using var visitor = await fixture.VisitAsync(Admin, server: server);
        var page = visitor.Page;
        page.Dialog += (_, dialog) => _ = dialog.AcceptAsync();
        await visitor.OpenAsync(Import);
        await page.RouteAsync("**/import/uploads/*?offset=*", route => Offset(route) == 0 ? route.ContinueAsync() : route.AbortAsync());
        await SendAsync(page, "large.ndjson", LargeChats());
        await page.GetByText("4.2 MB of").WaitForAsync();
        await page.ReloadAsync();
        await visitor.InteractiveAsync();
        await page.UnrouteAllAsync(new() { Behavior = UnrouteBehavior.IgnoreErrors });

        await SendAsync(page, "large.ndjson", LargeChats('y'));

        await page.GetByText("This is another file than the one that was begun").WaitForAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Discard" }).ClickAsync();
        await page.WaitForSelectorAsync(".waiting-upload", new() { State = WaitForSelectorState.Detached });
        await visitor.InteractiveAsync();
        await SendAsync(page, "large.ndjson", LargeChats('y'));
        await page.WaitForSelectorAsync("#preview");
    }

    [Fact]
    public async Task Sending_a_file_can_be_cancelled()
    {
        await using var server = await UsageAdminApp.StartAsync();
        await using var visitor = await fixture.VisitAsync(Admin, server: server);
        var page = visitor.Page;
        await visitor.OpenAsync(Import);
        var held = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await page.RouteAsync("**/import/uploads/*?offset=*", async route =>
        {
            await held.Task;
            await route.AbortAsync();
        });
        await SendAsync(page, "chats.ndjson", Chats(3));
        await page.WaitForSelectorAsync("[data-upload-progress]:not([hidden])");
        await AccessibilityTests.AssertAccessibleAsync(visitor, ".upload");

        await page.ClickAsync("[data-upload-cancel]");

        await page.GetByText("Cancelled. Nothing of the file was kept.").WaitForAsync();
        held.SetResult();
        await Eventually.ReadAsync(
            async () =>
            {
                await using var db = await server.ContextAsync();
                return (await db.ImportUploads.SingleAsync(Token)).State;
            },
            state => state == UploadState.Ended);
    }

    [Fact]
    public async Task A_running_import_shows_how_far_it_is_and_can_be_stopped()
    {
        var held = new HeldReader();
        await using var server = await UsageAdminApp.StartWithServicesAsync(held.AddTo);
        await using var visitor = await fixture.VisitAsync(Admin, server: server);
        var page = visitor.Page;
        await visitor.OpenAsync(Import);
        await SendAsync(page, "a.held", "HELD"u8.ToArray());
        await page.WaitForSelectorAsync("#preview");
        held.IsHeld = true;

        await page.ClickAsync("[formaction$='/import']");

        await page.GetByText("6,000 conversations").WaitForAsync();
        await visitor.InteractiveAsync();
        await AccessibilityTests.AssertAccessibleAsync(visitor, null);
        await page.GetByRole(AriaRole.Button, new() { Name = "Cancel" }).ClickAsync();
        await page.GetByText("Stopping …").WaitForAsync();
        held.IsHeld = false;
        await page.GetByRole(AriaRole.Button, new() { Name = "Go on" }).ClickAsync();
        await page.WaitForSelectorAsync("[data-state=Finished] [data-kind=conversations]");
        Assert.Equal("6,100", await page.TextContentAsync("[data-kind=conversations] td:nth-child(2)"));
        Assert.Empty(visitor.TakeComplaints());
    }

    private static Task SendAsync(IPage page, string name, byte[] file) => page.SetInputFilesAsync(
        "[data-upload-file]", new FilePayload { Name = name, MimeType = "application/octet-stream", Buffer = file });

    private static long Offset(IRoute route) => long.Parse(
        route.Request.Url.Split("offset=")[1], System.Globalization.CultureInfo.InvariantCulture);

    private static byte[] Chats(int count, params string[] more) => Encoding.UTF8.GetBytes(string.Join('\n',
    [
        """{"type":"header","format":"usageadmin-ndjson","version":1,"source":"acme"}""",
        .. Enumerable.Range(0, count).SelectMany(i => new[]
        {
            $$"""{"type":"conversation","id":"c{{i}}","user_id":"u1","created_at":"2026-01-05T10:00:00Z"}""",
            $$"""{"type":"message","id":"m1","conversation_id":"c{{i}}","source":"user","content":"hi","created_at":"2026-01-05T10:00:01Z"}""",
        }),
        .. more,
    ]));

    /// <summary>Three messages, so large that the file has three chunks.</summary>
    private static byte[] LargeChats(char letter = 'x') => Encoding.UTF8.GetBytes(string.Join('\n',
    [
        """{"type":"header","format":"usageadmin-ndjson","version":1,"source":"acme"}""",
        """{"type":"conversation","id":"c1","user_id":"u1","created_at":"2026-01-05T10:00:00Z"}""",
        .. Enumerable.Range(0, 3).Select(i =>
            $$"""{"type":"message","id":"m{{i}}","conversation_id":"c1","source":"user","content":"{{new string(letter, 3_500_000)}}","created_at":"2026-01-05T10:00:01Z"}"""),
    ]));
}
