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

    /// <summary>
    /// Imports of this process write in turn: SQLite lets writers find out by trying again, and whoever is unlucky gives up.
    /// </summary>
    private readonly Lock _turn = new();

    /// <summary>Writes the items to the workspace that the request names.</summary>
    /// <exception cref="ImportTargetException">There is no such workspace.</exception>
    /// <exception cref="InvalidHeaderException">The items' reader says that it is no file of its format; nothing was written.</exception>
    public async Task<ImportReport> WriteAsync(
        IAsyncEnumerable<ImportItem> items, ImportRequest request, CancellationToken cancellationToken)
    {
        await using var batches = new ItemBatches(items, cancellationToken);
        var batch = await NextAsync(batches, report: null, cancellationToken);
        using var session = database.OpenWrite();
        ImportRun run;
        lock (_turn)
        {
            run = ImportRun.Start(session, request, batch?.OfType<HeaderItem>().FirstOrDefault(), time.GetUtcNow().UtcDateTime);
        }

        try
        {
            while (batch is not null)
            {
                lock (_turn)
                {
                    run.Write(batch, time.GetUtcNow().UtcDateTime);
                    if (database.WalBytes > CheckpointAt)
                    {
                        database.Checkpoint();
                    }
                }

                batch = await NextAsync(batches, run.Report, cancellationToken);
            }

            lock (_turn)
            {
                run.Finish(time.GetUtcNow().UtcDateTime);
            }
        }
        catch
        {
            session.Rollback();
            lock (_turn)
            {
                run.Fail(time.GetUtcNow().UtcDateTime);
            }

            throw;
        }

        database.Checkpoint();
        return run.Report;
    }

    /// <summary>The next batch; null at the end, and where the file cannot be read any further.</summary>
    private static async ValueTask<List<ImportItem>?> NextAsync(
        ItemBatches batches, ImportReport? report, CancellationToken cancellationToken)
    {
        try
        {
            return await batches.NextAsync(cancellationToken);
        }
        catch (UnreadableFileException e) when (report is not null)
        {
            report.Failure = e.Message;
            return null;
        }
    }
}
