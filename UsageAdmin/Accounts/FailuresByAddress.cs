using System.Collections.Concurrent;
using System.Net;

namespace UsageAdmin.Accounts;

/// <summary>
/// Limits guessing per network address: at most <paramref name="limit"/> failures in any <paramref name="window"/>.
/// Successes are not counted (decisions.md 24). Kept in memory: a restart forgets.
/// </summary>
internal abstract class FailuresByAddress(TimeProvider time, int limit, TimeSpan window)
{
    /// <summary>Above it, addresses whose failures are over are forgotten.</summary>
    private const int Remembered = 10_000;

    private readonly ConcurrentDictionary<string, Queue<DateTimeOffset>> _failures = new(StringComparer.Ordinal);

    /// <returns>How long the address has to wait; null: it may try.</returns>
    public TimeSpan? Wait(IPAddress? address)
    {
        if (!_failures.TryGetValue(NetworkOf(address), out var failures))
        {
            return null;
        }

        lock (failures)
        {
            Forget(failures);
            return failures.Count < limit ? null : failures.Peek() + window - time.GetUtcNow();
        }
    }

    public void Record(IPAddress? address)
    {
        if (_failures.Count > Remembered)
        {
            foreach (var (network, old) in _failures)
            {
                lock (old)
                {
                    Forget(old);
                    if (old.Count == 0)
                    {
                        _failures.TryRemove(network, out _);
                    }
                }
            }
        }

        var failures = _failures.GetOrAdd(NetworkOf(address), _ => new Queue<DateTimeOffset>());
        lock (failures)
        {
            failures.Enqueue(time.GetUtcNow());
        }
    }

    private void Forget(Queue<DateTimeOffset> failures)
    {
        while (failures.TryPeek(out var oldest) && oldest + window <= time.GetUtcNow())
        {
            failures.Dequeue();
        }
    }

    /// <summary>IPv4 addresses alone, IPv6 by /64: a single host has as many of those as it likes.</summary>
    private static string NetworkOf(IPAddress? address)
    {
        if (address is null)
        {
            return "";
        }

        if (address.IsIPv4MappedToIPv6)
        {
            address = address.MapToIPv4();
        }

        var bytes = address.GetAddressBytes();
        return Convert.ToHexString(bytes.AsSpan(0, Math.Min(8, bytes.Length)));
    }
}
