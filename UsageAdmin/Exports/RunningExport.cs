using UsageAdmin.Data;
using UsageAdmin.Data.Schema;
using UsageAdmin.Exports.Tables;

namespace UsageAdmin.Exports;

/// <summary>An export on its way, which its process shows by a lock. It ends once.</summary>
public sealed class RunningExport
{
    private readonly ExportLog _log;
    private readonly OwnerLock _owner;
    private bool _ended;

    internal RunningExport(ExportLog log, ExportStart start, string publicId, OwnerLock owner)
    {
        _log = log;
        _owner = owner;
        Start = start;
        PublicId = publicId;
    }

    public string PublicId { get; }

    internal ExportStart Start { get; }

    /// <summary>It was streamed, and whole.</summary>
    public void Finish(long rows, long bytes) => End(new(ExportState.Finished) { Rows = rows, Bytes = bytes });

    /// <summary>Its file is whole and in its place.</summary>
    /// <param name="fileName">Below <c>DataDirectory/exports</c>; null: elsewhere, and nobody keeps it.</param>
    public void Finish(WrittenFile<ExportedRows> written, string? fileName = null, DateTime? expiresAtUtc = null) =>
        End(new(ExportState.Finished)
        {
            Rows = written.Result.Rows,
            Bytes = written.Bytes,
            Sha256 = written.Sha256,
            Totals = written.Result.Totals,
            FileName = fileName,
            ExpiresAtUtc = expiresAtUtc,
        });

    /// <summary>It stopped on the way. History gets one of few short reasons; details belong in the log.</summary>
    /// <param name="wasCancelled">Whoever wanted it is gone; whatever was thrown then is no failure.</param>
    public void Stop(Exception exception, bool wasCancelled) => End(wasCancelled || exception is OperationCanceledException
        ? new(ExportState.Cancelled)
        : new(ExportState.Failed) { Failure = ReasonOf(exception) });

    private static string ReasonOf(Exception exception) => exception switch
    {
        TooManyRowsException => "too-many-rows",
        _ when DiskFull.Is(exception) => "disk-full",
        _ => "error",
    };

    /// <exception cref="InvalidOperationException">It has ended already.</exception>
    private void End(ExportOutcome outcome)
    {
        if (_ended)
        {
            throw new InvalidOperationException($"Export {PublicId} has ended already.");
        }

        try
        {
            _log.End(this, outcome);
            _ended = true;
        }
        finally
        {
            // If the end could not be written down, others will find that nobody owns it.
            _owner.Dispose();
        }
    }
}

/// <summary>How an export ended.</summary>
internal sealed record ExportOutcome(ExportState State)
{
    public long? Rows { get; init; }

    public long? Bytes { get; init; }

    public string? Failure { get; init; }

    public string? Sha256 { get; init; }

    public IReadOnlyDictionary<string, object?>? Totals { get; init; }

    public string? FileName { get; init; }

    public DateTime? ExpiresAtUtc { get; init; }
}
