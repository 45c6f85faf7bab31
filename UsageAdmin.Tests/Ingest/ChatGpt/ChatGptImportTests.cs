using System.IO.Compression;
using UsageAdmin.Ingest;
using UsageAdmin.Ingest.ChatGpt;
using UsageAdmin.Tests.Support;

namespace UsageAdmin.Tests.Ingest.ChatGpt;

/// <summary>What the writer makes of a ChatGPT export.</summary>
public sealed class ChatGptImportTests : IngestTest
{
    [Fact]
    public async Task The_same_zip_again_changes_nothing()
    {
        var path = Path.Combine(Path.GetDirectoryName(Database.Write("x", []))!, "export.zip");
        using (var zip = ZipFile.Open(path, ZipArchiveMode.Create))
        {
            zip.CreateEntryFromFile(Fixture("chatgpt-export.json"), "conversations-000.json");
            zip.CreateEntryFromFile(Fixture("chatgpt-tree.json"), "conversations-001.json");
            await using var user = new StreamWriter(zip.CreateEntry("user.json").Open());
            await user.WriteAsync("""{"id": "user-1", "email": "Ann@acme.example", "name": "Ann", "phone_number": "canary"}""");
        }

        var first = await ImportAsync(path);
        var before = Dump();
        var second = await ImportAsync(path);

        Assert.Equal((3, 0), (first.Counts["conversations"].Created, first.Refused));
        Assert.Equal((0, 0, 3), (second.Counts["conversations"].Created, second.Counts["conversations"].Changed, second.Counts["conversations"].Unchanged));
        Assert.Equal(before, Dump());
        Assert.Equal(["user-1|Ann|Ann@acme.example|3"], Rows(
            "SELECT u.public_id, u.name, u.email, count(*) FROM conversation c JOIN usage_user u ON u.id = c.user_id GROUP BY u.id"));
        Assert.DoesNotContain(before, row => row.Contains("canary", StringComparison.Ordinal));
        new Recount(Rows).AssertExact();
    }

    private static string Fixture(string name) => Path.Combine(AppContext.BaseDirectory, "Fixtures", "chatgpt", name);

    private Task<ImportReport> ImportAsync(string path) =>
        new ImportService([new ChatGptReader()], new ImportWriter(Database.Database, TimeProvider.System), Database.Directory)
            .RunAsync(new ImportRequest(path, "chatgpt", TestDatabase.WorkspacePublicId), Cancellation);
}
