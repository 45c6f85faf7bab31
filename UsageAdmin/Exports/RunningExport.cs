using UsageAdmin.Data;
using UsageAdmin.Data.Schema;
using UsageAdmin.Exports.Jobs;
using UsageAdmin.Exports.Tables;

namespace UsageAdmin.Exports;

/// <summary>An export on its way, which its process shows by a lock. It ends once.</summary>
#pragma warning disable CA1001 // Without a timer the source holds nothing, and who asks for a stop late must find it alive.
public sealed class RunningExport
#pragma warning restore CA1001
{
    private readonly ExportLog _log;
    private readonly OwnerLock _owner;
    private readonly CancellationTokenSource _stop = new();
    private bool _isInterrupted;
    private bool _ended;

    internal RunningExport(ExportLog log, ExportStart start, string publicId, OwnerLock owner)
    {
        _log = log;
        _owner = owner;
        Start = start;
        PublicId = publicId;
    }

    public string PublicId { get; }

    /// <summary>Cancelled when somebody wants it to stop, or the server stops.</summary>
    public CancellationToken Stopping => _stop.Token;

    public ExportProgress Progress { get; } = new();

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
    public void Stop(Exception exception, bool wasCancelled) => End(
        !wasCancelled && exception is not OperationCanceledException && !Stopping.IsCancellationRequested
            ? new(ExportState.Failed) { Failure = ReasonOf(exception) }
            : new(_isInterrupted ? ExportState.Interrupted : ExportState.Cancelled));

    /// <summary>Somebody asked for it to stop.</summary>
    internal void Cancel() => _ = _stop.CancelAsync();

    /// <summary>The server stops before it is whole.</summary>
    internal void Interrupt()
    {
        _isInterrupted = true;
        Cancel();
    }

    private static string ReasonOf(Exception exception) => exception switch
    {
        TooManyRowsException => "too-many-rows",
        JobRefusedException refused => refused.Reason,
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
            _log.Forget(this);
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
