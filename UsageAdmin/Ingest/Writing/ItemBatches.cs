using System.Threading.Channels;

namespace UsageAdmin.Ingest.Writing;

/// <summary>
/// Reads items ahead, on a thread of its own, into the batches that are written in one transaction each. What was read
/// before a failure still comes; the failure comes behind it.
/// </summary>
internal sealed class ItemBatches : IAsyncDisposable
{
    private const long Rows = 5_000;
    private const long ContentBytes = 8 << 20;

    private readonly Channel<List<ImportItem>> _batches = Channel.CreateBounded<List<ImportItem>>(1);
    private readonly CancellationTokenSource _stop;
    private readonly Task _reading;

    public ItemBatches(IAsyncEnumerable<ImportItem> items, CancellationToken cancellationToken)
    {
        _stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        _reading = Task.Run(() => ReadAsync(items, _stop.Token), CancellationToken.None);
    }

    /// <summary>The next batch; null at the end.</summary>
    public async ValueTask<List<ImportItem>?> NextAsync(CancellationToken cancellationToken) =>
        await _batches.Reader.WaitToReadAsync(cancellationToken) && _batches.Reader.TryRead(out var batch) ? batch : null;

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _reading;
        _stop.Dispose();
    }

    private async Task ReadAsync(IAsyncEnumerable<ImportItem> items, CancellationToken cancellationToken)
    {
        Exception? failure = null;
        var batch = new List<ImportItem>();
        try
        {
            long rows = 0;
            long bytes = 0;
            await foreach (var item in items.WithCancellation(cancellationToken))
            {
                batch.Add(item);
                var size = SizeOf(item);
                rows += size.Rows;
                bytes += size.Bytes;
                if (rows >= Rows || bytes >= ContentBytes)
                {
                    await _batches.Writer.WriteAsync(batch, cancellationToken);
                    (batch, rows, bytes) = ([], 0, 0);
                }
            }
        }
#pragma warning disable CA1031 // Whatever happened is thrown again where the batches are taken.
        catch (Exception e)
#pragma warning restore CA1031
        {
            failure = e;
        }

        try
        {
            if (batch.Count > 0)
            {
                await _batches.Writer.WriteAsync(batch, cancellationToken);
            }
        }
        catch (OperationCanceledException)
        {
            // Nobody takes it any more.
        }

        _batches.Writer.Complete(failure);
    }

    private static (long Rows, long Bytes) SizeOf(ImportItem item)
    {
        if (item is not ConversationItem conversation)
        {
            return (1, 0);
        }

        long bytes = 0;
        foreach (var message in conversation.Messages)
        {
            bytes += message.Content.Value?.Length ?? 0;
        }

        return (1 + conversation.Messages.Count + conversation.Feedback.Count + conversation.Moderation.Count +
            conversation.Files.Count + conversation.Actions.Count + conversation.Requests.Count, bytes);
    }
}
