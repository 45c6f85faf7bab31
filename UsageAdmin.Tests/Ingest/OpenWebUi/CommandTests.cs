using System.Text.Json;
using UsageAdmin.Tests.Support;

namespace UsageAdmin.Tests.Ingest.OpenWebUi;

/// <summary>From the file to the Activity export, by the commands that people type.</summary>
public sealed class CommandTests : IAsyncLifetime
{
    private CommandPlace _place = null!;

    public async ValueTask InitializeAsync() => _place = await CommandPlace.CreateAsync();

    public ValueTask DisposeAsync() => _place.DisposeAsync();

    [Fact]
    public async Task The_activity_export_shows_an_imported_chat()
    {
        var chat = new SomeChat { Models = ["helper"] }
            .Ask("q1", null, "first try").Answer("a1", "q1", "no", model: "helper")
            .Ask("q2", null, "<b>=1+1</b>", """{"files":[{"type":"file","id":"f","name":"a.pdf","size":12,"file":{"meta":{"content_type":"application/pdf"}}}]}""")
            .Answer("bad", "q2", "", """{"error":{"content":"boom"}}""", "helper").Answer("a2", "q2", "two", model: "helper");
        using (var database = new SomeDatabase(Path.Combine(_place.Root, "webui.db"), Schema.V08).AddUser("ann", "Ann")
            .AddModel("helper", "ann", "llama3:8b", "Helper").AddChat("c1", "ann", chat.ToString())
            .AddRating("r", "ann", "c1", "a2", """{"rating":-1,"reason":"not_factually_correct"}"""))
        {
            chat.WriteRows(database, "c1");
        }

        await _place.SucceedAsync("organization", "add", "acme", "--name", "Acme", "--zone", "UTC", "--exports", "on");
        await _place.SucceedAsync("workspace", "add", "acme-main", "--organization", "acme", "--name", "Main");
        var printed = await _place.SucceedAsync("import", Path.Combine(_place.Root, "webui.db"), "--format", "openwebui", "--workspace", "acme-main", "--strict");
        await _place.SucceedAsync("export", "activity", "--workspace", "acme-main", "--from", "2026-01-01", "--to", "2026-01-31", "--out", Path.Combine(_place.Root, "out.json"));

        Assert.Contains("conversations: 1 new", printed, StringComparison.Ordinal);
        using var file = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(_place.Root, "out.json"), TestContext.Current.CancellationToken));
        var conversation = Assert.Single(file.RootElement.GetProperty("conversations").EnumerateArray());
        Assert.Equal(("c1", "Helper", "llama3:8b", "ann", "ann@acme.example"), (Text(conversation, "conversationId"), Text(conversation, "appName"),
            Text(conversation, "modelName"), Text(conversation, "userId"), Text(conversation, "userEmail")));
        var messages = conversation.GetProperty("messages").EnumerateArray().ToList();
        Assert.Equal(["first try", "no", "<b>=1+1</b>", "two"], messages.Select(m => Text(m, "content")));
        Assert.Equal([true, true, false, false], messages.Select(m => m.TryGetProperty("onActivePath", out var onPath) && !onPath.GetBoolean()));
        Assert.Equal("application/pdf", messages[2].GetProperty("messageFile").EnumerateObject().Select(p => p.Value.ToString()).Single(v => v.Contains('/', StringComparison.Ordinal)));
        Assert.True(messages[3].GetProperty("messageFeedback").GetProperty("isInaccurate").GetBoolean());
        var metric = conversation.GetProperty("conversationMetric");
        Assert.Equal((2, 4, 1), (metric.GetProperty("userMessageCount").GetInt32(), metric.GetProperty("messageCount").GetInt32(), metric.GetProperty("flaggedMessageCount").GetInt32()));
    }

    private static string? Text(JsonElement element, string name) => element.GetProperty(name).GetString();
}
