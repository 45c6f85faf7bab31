using System.Collections.Concurrent;
using System.Globalization;

namespace UsageAdmin.Accounts.Keys;

/// <summary>
/// Limits the requests of each workspace in any 60 seconds. Refused requests are not counted, so whoever waits as told gets
/// through. Kept in memory: a restart forgets.
/// </summary>
internal class RequestLimit(int requestsPerMinute, TimeProvider time)
{
    private readonly ConcurrentDictionary<long, Queue<DateTimeOffset>> _requests = new();

    public static TimeSpan Window { get; } = TimeSpan.FromSeconds(60);

    public RequestQuota Take(long workspaceId)
    {
        var requests = _requests.GetOrAdd(workspaceId, _ => new Queue<DateTimeOffset>());
        lock (requests)
        {
            // What is in the future was counted before the clock was set back.
            var now = time.GetUtcNow();
            while (requests.TryPeek(out var oldest) && (oldest + Window <= now || oldest > now))
            {
                requests.Dequeue();
            }

            var isGranted = requests.Count < requestsPerMinute;
            if (isGranted)
            {
                requests.Enqueue(now);
            }

            return new RequestQuota(
                isGranted, requestsPerMinute, requestsPerMinute - requests.Count, requests.Peek() + Window - now);
        }
    }
}

/// <summary>What a request found of its workspace's limit.</summary>
/// <param name="Remaining">Requests that would still be answered now.</param>
/// <param name="MoreAfter">When there will be one more.</param>
internal sealed record RequestQuota(bool IsGranted, int Limit, int Remaining, TimeSpan MoreAfter)
{
    private const string Name = "requests-per-minute";

    /// <summary>Whole seconds, rounded up: whoever waits that long is not refused again.</summary>
    public string Seconds => ((long)Math.Ceiling(MoreAfter.TotalSeconds)).ToString(CultureInfo.InvariantCulture);

    /// <summary>As in draft-ietf-httpapi-ratelimit-headers-11.</summary>
    public void WriteTo(IHeaderDictionary headers)
    {
        headers["RateLimit-Policy"] = FormattableString.Invariant(
            $"\"{Name}\";q={Limit};w={RequestLimit.Window.TotalSeconds}");
        headers["RateLimit"] = FormattableString.Invariant($"\"{Name}\";r={Remaining};t={Seconds}");
    }
}
