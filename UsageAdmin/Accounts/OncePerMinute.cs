using System.Collections.Concurrent;

namespace UsageAdmin.Accounts;

/// <summary>Lets through what has not happened in the last minute. Kept in memory: a restart forgets.</summary>
internal sealed class OncePerMinute<T>(TimeProvider time)
    where T : notnull
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    /// <summary>Above it, what is over is forgotten.</summary>
    private const int Remembered = 10_000;

    private readonly ConcurrentDictionary<T, DateTimeOffset> _last = new();

    public bool IsDue(T what)
    {
        var now = time.GetUtcNow();
        if (_last.Count > Remembered)
        {
            foreach (var old in _last.Where(l => l.Value + Minute <= now))
            {
                _last.TryRemove(old);
            }
        }

        var isDue = false;
        _last.AddOrUpdate(what, _ => Due(now), (_, last) => last + Minute <= now ? Due(now) : Early(last));
        return isDue;

        DateTimeOffset Due(DateTimeOffset at)
        {
            isDue = true;
            return at;
        }

        DateTimeOffset Early(DateTimeOffset last)
        {
            isDue = false;
            return last;
        }
    }
}
