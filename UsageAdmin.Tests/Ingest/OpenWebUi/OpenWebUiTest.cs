using System.Text;
using UsageAdmin.Ingest;
using UsageAdmin.Ingest.OpenWebUi;
using UsageAdmin.Tests.Support;

namespace UsageAdmin.Tests.Ingest.OpenWebUi;

/// <summary>Imports files of Open WebUI into a database of the test's own.</summary>
public abstract class OpenWebUiTest : IngestTest
{
    private int _names;

    protected string NewPath(string extension = "db") =>
        Path.Combine(Path.GetDirectoryName(Database.Directory.Root)!, $"webui-{++_names}.{extension}");

    internal SomeDatabase NewDatabase(string schema) => new(NewPath(), schema);

    internal Task<ImportReport> ImportAsync(SomeDatabase database, string? group = null)
    {
        database.Dispose();
        return ImportPathAsync(database.Path, group);
    }

    protected Task<ImportReport> ImportTextAsync(string text) =>
        ImportPathAsync(Database.Write($"export-{++_names}.json", Encoding.UTF8.GetBytes(text)));

    protected Task<ImportReport> ImportPathAsync(string path, string? group = null, OpenWebUiLimits? limits = null) =>
        new ImportService(
                [new OpenWebUiReader(Database.Directory, TimeProvider.System, limits ?? new OpenWebUiLimits())],
                new ImportWriter(Database.Database, TimeProvider.System), Database.Directory)
            .RunAsync(
                new ImportRequest(path, "openwebui", TestDatabase.WorkspacePublicId) { Group = group }, Cancellation);

    /// <summary>Messages as id, source, marks, model, tokens in and out.</summary>
    protected string[] Messages() => Rows(
        """
        SELECT m.external_id, m.source, m.marks, o.public_id, m.input_tokens, m.output_tokens
        FROM message m LEFT JOIN model o ON o.id = m.model_id ORDER BY m.conversation_no, m.seq
        """);
}
