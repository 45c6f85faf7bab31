using System.Collections.Concurrent;
using Microsoft.Extensions.Options;

namespace UsageAdmin.Ingest.Api;

/// <summary>
/// Limits the requests that are taken in at the same time, and with them the memory that they take. Others wait with their
/// body unread, for a bounded time; one workspace cannot take all places.
/// </summary>
internal class IngestSlots(IOptions<IngestOptions> options) : IDisposable
{
    /// <summary>Requests that wait, for each place; further ones are sent away at once.</summary>
    private const int WaitingPerSlot = 8;

    private readonly SemaphoreSlim _all = new(options.Value.MaxWriters);
    private readonly ConcurrentDictionary<long, SemaphoreSlim> _ofWorkspaces = new();
    private int _waiting;

    /// <summary>Runs the work in its turn; false: it did not come in time, and the work was not run.</summary>
    public async Task<bool> TryRunAsync(long workspaceId, Func<Task> work, CancellationToken cancellationToken)
    {
        var own = _ofWorkspaces.GetOrAdd(workspaceId, _ => new SemaphoreSlim((options.Value.MaxWriters + 1) / 2));
        if (!await TakeBothAsync(own, cancellationToken))
        {
            return false;
        }

        try
        {
            await work();
            return true;
        }
        finally
        {
            _all.Release();
            own.Release();
        }
    }

    public void Dispose()
    {
        _all.Dispose();
        foreach (var own in _ofWorkspaces.Values)
        {
            own.Dispose();
        }
    }

    private async Task<bool> TakeBothAsync(SemaphoreSlim own, CancellationToken cancellationToken)
    {
        try
        {
            return Interlocked.Increment(ref _waiting) <= WaitingPerSlot * options.Value.MaxWriters
                && await TakeAsync(own, _all, cancellationToken);
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
        }
    }

    private async Task<bool> TakeAsync(SemaphoreSlim first, SemaphoreSlim second, CancellationToken cancellationToken)
    {
        if (!await first.WaitAsync(options.Value.MaxWait, cancellationToken))
        {
            return false;
        }

        var hasBoth = false;
        try
        {
            return hasBoth = await second.WaitAsync(options.Value.MaxWait, cancellationToken);
        }
        finally
        {
            if (!hasBoth)
            {
                first.Release();
            }
        }
    }
}
