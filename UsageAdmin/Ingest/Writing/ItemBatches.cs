using System.Threading.Channels;

namespace UsageAdmin.Ingest.Writing;

/// <summary>
/// Reads items ahead, on a thread of its own, in portions so small that they are forgotten before they grow old in memory.
/// What was read before a failure still comes; the failure comes behind it.
/// </summary>
internal sealed class ItemBatches : IAsyncDisposable
{
    /// <summary>What one transaction writes, in 0.1 to 0.2 s; nobody else can write meanwhile.</summary>
    private static readonly Size Transaction = new(20_000, 32 << 20);

    private static readonly Size Portion = new(500, 1 << 20);

    private readonly Channel<(List<ImportItem> Items, Size Size)> _portions =
        Channel.CreateBounded<(List<ImportItem>, Size)>(4);

    private readonly CancellationTokenSource _stop;
    private readonly Task _reading;

    public ItemBatches(IAsyncEnumerable<ImportItem> items, CancellationToken cancellationToken)
    {
        _stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        _reading = Task.Run(() => ReadAsync(items, _stop.Token), CancellationToken.None);
    }

    /// <summary>Waits for items; false: there are no more.</summary>
    public ValueTask<bool> WaitAsync(CancellationToken cancellationToken) => _portions.Reader.WaitToReadAsync(cancellationToken);

    /// <summary>What the file says of itself in the items that are next, which stay; null: nothing, or there are none.</summary>
    public HeaderItem? Header() =>
        _portions.Reader.TryPeek(out var portion) ? portion.Items.OfType<HeaderItem>().FirstOrDefault() : null;

    /// <summary>What one transaction is to write: the portions that are there now, without waiting for the file.</summary>
    public IEnumerable<IReadOnlyList<ImportItem>> Batch()
    {
        var size = default(Size);
        while (size.IsBelow(Transaction) && _portions.Reader.TryRead(out var portion))
        {
            yield return portion.Items;
            size += portion.Size;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _reading;
        _stop.Dispose();
    }

    private async Task ReadAsync(IAsyncEnumerable<ImportItem> items, CancellationToken cancellationToken)
    {
        Exception? failure = null;
        var portion = new List<ImportItem>();
        var size = default(Size);
        try
        {
            await foreach (var item in items.WithCancellation(cancellationToken))
            {
                portion.Add(item);
                size += Size.Of(item);
                if (!size.IsBelow(Portion))
                {
                    await _portions.Writer.WriteAsync((portion, size), cancellationToken);
                    (portion, size) = ([], default);
                }
            }
        }
#pragma warning disable CA1031 // Whatever happened is thrown again where the items are taken.
        catch (Exception e)
#pragma warning restore CA1031
        {
            failure = e;
        }

        try
        {
            if (portion.Count > 0)
            {
                await _portions.Writer.WriteAsync((portion, size), cancellationToken);
            }
        }
        catch (OperationCanceledException)
        {
            // Nobody takes it any more.
        }

        _portions.Writer.Complete(failure);
    }

    private readonly record struct Size(long Rows, long ContentBytes)
    {
        public bool IsBelow(Size limit) => Rows < limit.Rows && ContentBytes < limit.ContentBytes;

        public static Size operator +(Size one, Size other) =>
            new(one.Rows + other.Rows, one.ContentBytes + other.ContentBytes);

        public static Size Of(ImportItem item)
        {
            if (item is not ConversationItem conversation)
            {
                return new(1, 0);
            }

            long bytes = 0;
            foreach (var message in conversation.Messages)
            {
                bytes += message.Content.Value?.Length ?? 0;
            }

            return new(
                1 + conversation.Messages.Count + conversation.Feedback.Count + conversation.Moderation.Count +
                conversation.Files.Count + conversation.Actions.Count + conversation.Requests.Count,
                bytes);
        }
    }
}
