using UsageAdmin.Data;
using UsageAdmin.Data.Schema;
using UsageAdmin.Ingest.Writing;

namespace UsageAdmin.Ingest;

/// <summary>
/// The one way by which usage data is written. Batches commit one by one together with the import's progress, so an
/// exception loses the running batch alone and leaves the import <see cref="ImportState.Failed"/>.
/// </summary>
public sealed class ImportWriter(UsageDatabase database, TimeProvider time)
{
    private const long CheckpointAt = 64 << 20;

    /// <summary>How long nobody is kept from writing between two batches; longer than others wait between two tries.</summary>
    internal static readonly TimeSpan Gap = TimeSpan.FromMilliseconds(3);

    /// <summary>
    /// Imports of this process write in turn: SQLite lets writers find out by trying again, and whoever is unlucky gives up.
    /// </summary>
    private readonly Lock _turn = new();

    /// <summary>Writes the items to the workspace that the request names.</summary>
    /// <exception cref="ImportTargetException">There is no such workspace.</exception>
    /// <exception cref="InvalidHeaderException">The items' reader says that it is no file of its format; nothing was written.</exception>
    public Task<ImportReport> WriteAsync(
        IAsyncEnumerable<ImportItem> items, ImportRequest request, CancellationToken cancellationToken) =>
        WriteAsync(items, request, told: null, cancellationToken);

    /// <param name="told">Called after each batch, by the thread that writes; null: nobody wants to know.</param>
    internal Task<ImportReport> WriteAsync(
        IAsyncEnumerable<ImportItem> items, ImportRequest request, Action<ImportReport>? told,
        CancellationToken cancellationToken) =>
        RunAsync(items, (session, header, now) => ImportRun.Start(session, request, header, now), told, cancellationToken);

    /// <summary>Goes on with an import that stopped before its end; the items are the same again, from the first.</summary>
    /// <exception cref="ImportTargetException">It still runs, or is not one that can go on.</exception>
    internal Task<ImportReport> ResumeAsync(
        IAsyncEnumerable<ImportItem> items, ImportRequest request, long importId, Action<ImportReport>? told,
        CancellationToken cancellationToken) =>
        RunAsync(
            items, (session, header, now) => ImportRun.Resume(session, request, importId, header, now), told, cancellationToken);

    /// <summary>What writing the items would do. Nothing stays written.</summary>
    /// <exception cref="ImportTargetException">There is no such workspace.</exception>
    /// <exception cref="InvalidHeaderException">The items' reader says that it is no file of its format.</exception>
    internal Task<ImportReport> PreviewAsync(
        IAsyncEnumerable<ImportItem> items, ImportRequest request, Action<ImportReport>? told,
        CancellationToken cancellationToken) =>
        RunAsync(items, (session, header, now) => ImportRun.Preview(session, request, header, now), told, cancellationToken);

    /// <summary>How an import was asked for, with the file that it is to go on with.</summary>
    /// <exception cref="ImportTargetException">There is no such import, or the file is another one.</exception>
    internal ImportRequest FindRequest(long importId, string path)
    {
        using var session = database.OpenRead();
        var row = session.Prepare(
                "SELECT i.format, i.options, w.public_id, s.name, i.account_id FROM import i " +
                "JOIN workspace w ON w.id = i.workspace_id JOIN source s ON s.id = i.source_id WHERE i.id = ?1")
            .Bind(1, importId);
        if (!row.Step() || row.Text(1) is not { } json)
        {
            throw new ImportTargetException($"There is no import {importId} that can go on.");
        }

        var options = ImportOptions.Parse(json);
        if (!File.Exists(path) || options.Bytes != new FileInfo(path).Length)
        {
            throw new ImportTargetException($"Import {importId} read another file; it can go on with that one alone.");
        }

        return options.ToRequest(path, row.Text(0)!, row.Text(2)!, row.NullableNumber(4)) with { SourceName = row.Text(3) };
    }

    /// <summary>Runs a transaction when no import of this process writes, and keeps the log of the database short.</summary>
    /// <param name="session">That of the transaction, for bulk.</param>
    internal void InTurn(UsageSession session, Action action)
    {
        lock (_turn)
        {
            action();
            if (session.WalBytes > CheckpointAt)
            {
                database.Checkpoint();
            }
        }
    }

    /// <summary>Runs a transaction when no import of this process writes.</summary>
    internal T InTurn<T>(Func<T> write)
    {
        lock (_turn)
        {
            return write();
        }
    }

    private async Task<ImportReport> RunAsync(
        IAsyncEnumerable<ImportItem> items, Func<UsageSession, HeaderItem?, DateTime, ImportRun> start,
        Action<ImportReport>? told, CancellationToken cancellationToken)
    {
        await using var batches = new ItemBatches(items, cancellationToken);
        await batches.WaitAsync(cancellationToken);
        using var session = database.OpenBulkWrite();
        ImportRun? run = null;
        var flushing = Task.CompletedTask;
        InTurn(session, () => run = start(session, batches.Header(), Now()));
        try
        {
            while (await IsMoreAsync(batches, run!.Report, cancellationToken))
            {
                InTurn(session, () => run.Write(batches.Batch(), Now()));
                if (flushing.IsCompleted)
                {
                    await flushing;
                    flushing = Task.Run(database.FlushLog, CancellationToken.None);
                }

                Thread.Sleep(Gap);
                told?.Invoke(run.Report);
                if (run.IsCancelRequested)
                {
                    InTurn(session, () => run.Cancel(Now()));
                    return run.Report;
                }
            }

            InTurn(session, () => run.Finish(Now()));
        }
        catch (Exception e)
        {
            session.Rollback();
            InTurn(session, () => run!.Fail(e is OperationCanceledException ? "It was stopped." : e.Message, Now()));
            throw;
        }
        finally
        {
            await flushing;
        }

        database.Checkpoint();
        return run!.Report;
    }

    private DateTime Now() => time.GetUtcNow().UtcDateTime;

    /// <summary>Writes a small batch into the day's import of its source, whole or not at all.</summary>
    /// <param name="make">Makes the items while nobody else writes.</param>
    /// <param name="refused">Records that never became items.</param>
    /// <returns>What the batch did, and whether the import is new.</returns>
    /// <exception cref="ImportTargetException">There is no such workspace.</exception>
    internal (ImportReport Report, bool IsNew) AddToDay(
        Func<ImportScope, IEnumerable<ImportItem>> make, long refused, ImportRequest request)
    {
        using var session = database.OpenWrite();
        lock (_turn)
        {
            var now = time.GetUtcNow().UtcDateTime;
            var run = ImportRun.OfDay(session, request, now, out var isNew);
            run.AddToDay(make, refused, now);
            return (run.Report, isNew);
        }
    }

    /// <summary>Waits for items; false at the end, and where the file cannot be read any further.</summary>
    private static async ValueTask<bool> IsMoreAsync(
        ItemBatches batches, ImportReport report, CancellationToken cancellationToken)
    {
        try
        {
            return await batches.WaitAsync(cancellationToken);
        }
        catch (UnreadableFileException e)
        {
            report.Failure = e.Message;
            return false;
        }
    }
}
