using System.Collections.Concurrent;
using System.Net;
using System.Threading.Channels;
using UsageAdmin.Data;
using UsageAdmin.Data.Schema;

namespace UsageAdmin.Accounts.Keys;

/// <summary>
/// Writes down when and from where keys were last used, to the minute and at most once a minute for each key. Requests do
/// not wait for it, and a use that cannot be written is lost.
/// </summary>
internal sealed partial class KeyUses(UsageDatabase database, ILogger<KeyUses> log) : BackgroundService
{
    private readonly ConcurrentDictionary<long, DateTime> _noted = new();
    private readonly Channel<(long Id, DateTime Minute, string? Address)> _uses =
        Channel.CreateBounded<(long, DateTime, string?)>(
            new BoundedChannelOptions(1000) { FullMode = BoundedChannelFullMode.DropWrite });

    public void Note(ApiKey key, DateTime now, IPAddress? from)
    {
        var minute = new DateTime(now.Ticks - (now.Ticks % TimeSpan.TicksPerMinute), DateTimeKind.Utc);
        if (!(key.LastUsedAtUtc >= minute) && _noted.GetValueOrDefault(key.Id) != minute)
        {
            _noted[key.Id] = minute;
            _uses.Writer.TryWrite((key.Id, minute, from?.ToString()));
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await foreach (var (id, minute, address) in _uses.Reader.ReadAllAsync(stoppingToken))
        {
            try
            {
                using var session = database.OpenWrite();
                session.Prepare("UPDATE api_key SET last_used_at = ?1, last_used_address = ?2 WHERE id = ?3")
                    .Bind(1, UnixMilliseconds.From(minute)).Bind(2, address).Bind(3, id).Execute();
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                Lost(log, e);
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The last use of an API key could not be written")]
    private static partial void Lost(ILogger log, Exception exception);
}
