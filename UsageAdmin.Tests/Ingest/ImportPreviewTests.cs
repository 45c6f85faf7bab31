using System.Text;
using UsageAdmin.Ingest;
using UsageAdmin.Tests.Support;

namespace UsageAdmin.Tests.Ingest;

/// <summary>Looking at what an import would do.</summary>
public sealed class ImportPreviewTests : IngestTest
{
    [Fact]
    public async Task A_look_counts_what_the_import_then_does_and_writes_nothing()
    {
        await ImportAsync([.. Conversations(1, 30)]);
        var before = Dump();
        var rows = Rows("SELECT * FROM import");
        string[] newer = [.. Conversations(1, 20), .. Conversations(21, 30, "changed"), .. Conversations(31, 50)];

        var look = await PreviewAsync(newer);

        Assert.Equal(before, Dump());
        Assert.Equal(rows, Rows("SELECT * FROM import"));
        Assert.Equal("20|10|20", Counts(look, "conversations"));
        var report = await ImportAsync(newer);
        foreach (var kind in report.Counts.Keys)
        {
            Assert.Equal(Counts(report, kind), Counts(look, kind));
        }
    }

    [Fact]
    public async Task A_look_over_many_batches_counts_new_things_once()
    {
        // More than a batch holds, and messages apart from their conversations.
        string[] lines =
        [
            .. Enumerable.Range(1, 6_000).Select(i => Conversation(i)), .. Enumerable.Range(1, 6_000).Select(i => Message(i, "hi")),
        ];

        var look = await PreviewAsync(lines);

        Assert.Equal("6000|0|0", Counts(look, "conversations"));
        Assert.Equal("6000|0|0", Counts(look, "messages"));
        Assert.Equal(["user u1"], look.Stubs);
        Assert.Equal(0, look.Waiting);
    }

    [Fact]
    public async Task A_look_tells_refused_records_and_warnings()
    {
        var look = await PreviewAsync("nonsense", """{"type":"weather","id":"x"}""");

        Assert.Equal((1, 1), (look.Refused, look.Warnings));
        Assert.Empty(Rows("SELECT * FROM import_problem"));
        Assert.Empty(Rows("SELECT * FROM source"));
    }

    private Task<ImportReport> PreviewAsync(params string[] lines)
    {
        var path = Database.Write("look.ndjson", Encoding.UTF8.GetBytes(string.Join('\n', [Header, .. lines])));
        return Service().PreviewAsync(
            new ImportRequest(path, "ndjson", TestDatabase.WorkspacePublicId), progress: null, Cancellation);
    }

    private static string Counts(ImportReport report, string kind) =>
        report.Counts.TryGetValue(kind, out var c) ? $"{c.Created}|{c.Changed}|{c.Unchanged}" : "";

    private static IEnumerable<string> Conversations(int from, int to, string content = "hi")
    {
        for (var i = from; i <= to; i++)
        {
            yield return Conversation(i);
            yield return Message(i, content);
        }
    }

    private static string Conversation(int i) =>
        $$"""{"type":"conversation","id":"c{{i}}","user_id":"u1","created_at":"2026-01-05T10:00:00Z"}""";

    private static string Message(int i, string content) =>
        $$"""{"type":"message","id":"m1","conversation_id":"c{{i}}","source":"user","content":"{{content}}","created_at":"2026-01-05T10:00:01Z"}""";
}
