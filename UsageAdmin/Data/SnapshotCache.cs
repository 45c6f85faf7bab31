using Microsoft.Extensions.Caching.Memory;

namespace UsageAdmin.Data;

/// <summary>
/// Keeps what was made of the database while the database is as it was. What a snapshot holds is told by versions in it
/// (<see cref="DataVersion"/>), so nobody has to be told of a change, in whichever process it is made.
/// </summary>
/// <param name="most">The sum of the sizes that are kept.</param>
internal sealed class SnapshotCache(long most) : IDisposable
{
    private static readonly TimeSpan Unused = TimeSpan.FromMinutes(10);

    private readonly MemoryCache _cache = new(new MemoryCacheOptions { SizeLimit = most });

    public void Dispose() => _cache.Dispose();

    /// <summary>What is kept for the key if it was made in the same state, else what is made now. Must never change.</summary>
    /// <param name="key">What is asked for.</param>
    /// <param name="state">All that the answer depends on beside the key.</param>
    public T Get<T>(object key, object state, Func<T> make, Func<T, long> size)
        where T : class
    {
        if (_cache.Get<Kept>(key) is { } kept && kept.State.Equals(state))
        {
            return (T)kept.Value;
        }

        var made = make();
        _cache.Set(key, new Kept(state, made), new MemoryCacheEntryOptions { Size = size(made), SlidingExpiration = Unused });
        return made;
    }

    private sealed record Kept(object State, object Value);
}
