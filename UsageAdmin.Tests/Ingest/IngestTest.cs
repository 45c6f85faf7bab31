using System.Text;
using UsageAdmin.Ingest;
using UsageAdmin.Ingest.Ndjson;
using UsageAdmin.Tests.Support;

namespace UsageAdmin.Tests.Ingest;

/// <summary>A database of its own and the way to import lines of NDJSON into it.</summary>
public abstract class IngestTest : IAsyncLifetime
{
    protected const string Header =
        """{"type":"header","format":"usageadmin-ndjson","version":1,"source":"chat","generated_at":"2026-02-01T00:00:00Z"}""";

    private int _files;

    protected TestDatabase Database { get; private set; } = null!;

    protected static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => Database = await TestDatabase.CreateAsync();

    public async ValueTask DisposeAsync()
    {
        await Database.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    /// <summary>Imports the lines behind <see cref="Header"/>.</summary>
    protected Task<ImportReport> ImportAsync(params string[] lines) => ImportLinesAsync([Header, .. lines]);

    protected Task<ImportReport> ImportLinesAsync(params string[] lines) =>
        ImportFileAsync(Encoding.UTF8.GetBytes(string.Join('\n', lines)));

    protected Task<ImportReport> ImportFileAsync(ReadOnlySpan<byte> file, ImportRequest? request = null)
    {
        var path = Database.Write($"import-{++_files}.ndjson", file);
        request = (request ?? new ImportRequest(path, "ndjson", TestDatabase.WorkspacePublicId)) with { Path = path };
        return Service().RunAsync(request, Cancellation);
    }

    protected ImportUndo Undo() =>
        new(Database.Database, new ImportWriter(Database.Database, TimeProvider.System), TimeProvider.System);

    protected ImportService Service() =>
        new([new NdjsonReader()], new ImportWriter(Database.Database, TimeProvider.System), Database.Directory);

    /// <summary>The rows of a query, one line each with <c>|</c> between the columns.</summary>
    protected string[] Rows(string sql) => Support.Rows.Of(Database.Database, sql);

    /// <summary>Every row of every table that holds data of the source, imports themselves left out.</summary>
    protected string[] Dump() =>
    [
        .. Support.Rows.Tables(Database.Database)
            .Except(["import", "import_problem", "import_change", "import_before", "source", "workspace"])
            .SelectMany(table => Rows($"SELECT * FROM {table}").Select(row => $"{table}: {row}").Order(StringComparer.Ordinal)),
        .. Rows("SELECT 'source', id, name, data_until FROM source ORDER BY id"),
        .. Rows("SELECT 'workspace', id, next_conversation_no FROM workspace ORDER BY id"),
    ];
}
