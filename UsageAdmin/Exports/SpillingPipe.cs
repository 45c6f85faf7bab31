using System.IO.Pipelines;
using UsageAdmin.Data;

namespace UsageAdmin.Exports;

/// <summary>
/// A pipe to a reader who may be slow: once writing has waited for the reader as long as allowed, what follows goes to a
/// temporary file at the disk's speed, and <see cref="DrainAsync"/> sends it after the database's snapshot is closed.
/// </summary>
internal sealed class SpillingPipe(PipeWriter reader, DataDirectory directory, TimeSpan maxDelay, TimeProvider time)
    : PipeWriter, IAsyncDisposable
{
    private TimeSpan _delay;
    private Task<FlushResult>? _pending;
    private FileStream? _file;
    private PipeWriter? _filePipe;

    private PipeWriter Current => _filePipe ?? reader;

    public override Memory<byte> GetMemory(int sizeHint = 0) => Current.GetMemory(sizeHint);

    public override Span<byte> GetSpan(int sizeHint = 0) => Current.GetSpan(sizeHint);

    public override void Advance(int bytes) => Current.Advance(bytes);

    public override async ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
    {
        if (_filePipe is not null)
        {
            if (_pending is { IsCompleted: true } done)
            {
                // Shows early that the reader has gone.
                await done;
            }

            return await _filePipe.FlushAsync(cancellationToken);
        }

        var flush = reader.FlushAsync(cancellationToken);
        if (flush.IsCompletedSuccessfully)
        {
            return flush.Result;
        }

        var started = time.GetTimestamp();
        var pending = flush.AsTask();
        try
        {
            var result = await pending.WaitAsync(Positive(maxDelay - _delay), time, CancellationToken.None);
            _delay += time.GetElapsedTime(started);
            if (_delay >= maxDelay)
            {
                Spill();
            }

            return result;
        }
        catch (TimeoutException) when (!pending.IsFaulted)
        {
            _pending = pending;
            Spill();
            return default;
        }
    }

    /// <summary>Sends what went to the file.</summary>
    /// <exception cref="OperationCanceledException">The reader has gone.</exception>
    public async Task DrainAsync(CancellationToken cancellationToken)
    {
        if (_file is null)
        {
            return;
        }

        if (_pending is not null)
        {
            await _pending;
        }

        await _filePipe!.FlushAsync(cancellationToken);
        _file.Position = 0;
        while (true)
        {
            var read = await _file.ReadAsync(reader.GetMemory(64 * 1024), cancellationToken);
            if (read == 0)
            {
                return;
            }

            reader.Advance(read);
            if ((await reader.FlushAsync(cancellationToken)).IsCompleted)
            {
                throw new OperationCanceledException("The reader has gone.");
            }
        }
    }

    public override void CancelPendingFlush() => Current.CancelPendingFlush();

    public override void Complete(Exception? exception = null) => Current.Complete(exception);

    /// <summary>Deletes the file.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_file is not null)
        {
            await _file.DisposeAsync();
        }
    }

    private void Spill()
    {
        _file = new FileStream(
            Path.Combine(directory.Temporary, $"{Guid.NewGuid():N}.tmp"),
            new FileStreamOptions
            {
                Mode = FileMode.CreateNew,
                Access = FileAccess.ReadWrite,
                BufferSize = 0,
                Options = FileOptions.DeleteOnClose | FileOptions.Asynchronous,
            });
        _filePipe = Create(_file, new StreamPipeWriterOptions(leaveOpen: true));
    }

    private static TimeSpan Positive(TimeSpan span) => span > TimeSpan.Zero ? span : TimeSpan.Zero;
}
