using System.Text;
using UsageAdmin.Ingest;
using UsageAdmin.Ingest.LibreChat;
using UsageAdmin.Tests.Support;

namespace UsageAdmin.Tests.Ingest.LibreChat;

/// <summary>Imports files of LibreChat into a database of the test's own.</summary>
public abstract class LibreChatTest : IngestTest
{
    private int _names;

    protected static string Fixture(string name) =>
        Path.Combine(AppContext.BaseDirectory, "Fixtures", "librechat", $"librechat-{name}.json");

    protected Task<ImportReport> ImportTextAsync(string text, LibreChatLimits? limits = null) =>
        ImportPathAsync(Database.Write($"librechat-{++_names}.json", Encoding.UTF8.GetBytes(text)), limits);

    protected Task<ImportReport> ImportPathAsync(string path, LibreChatLimits? limits = null) =>
        new ImportService(
                [new LibreChatReader(limits ?? new LibreChatLimits())],
                new ImportWriter(Database.Database, TimeProvider.System), Database.Directory)
            .RunAsync(new ImportRequest(path, "librechat", TestDatabase.WorkspacePublicId), Cancellation);
}
