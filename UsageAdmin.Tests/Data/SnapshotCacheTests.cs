using System.Globalization;
using UsageAdmin.Data;

namespace UsageAdmin.Tests.Data;

public sealed class SnapshotCacheTests : IDisposable
{
    private readonly ManualTime _time = new();
    private readonly SnapshotCache _cache;
    private int _made;

    public SnapshotCacheTests() => _cache = new SnapshotCache(mostBytes: 100, _time);

    public void Dispose() => _cache.Dispose();

    [Fact]
    public void What_is_kept_goes_with_its_version_and_settings()
    {
        Assert.Equal(1, Get("a"));
        Assert.Equal(1, Get("a"));
        Assert.Equal(2, Get("a", settings: "other"));
        Assert.Equal(3, Get("a", version: 2));
        Assert.Equal(3, Get("a", version: 2));
        Assert.Equal(4, Get("a", version: 2, organization: 2));
    }

    [Fact]
    public void A_newer_version_takes_all_older_of_the_organisation_away()
    {
        Get("a", bytes: 40);
        Assert.Equal(2, Get("a", bytes: 40, organization: 2));
        Get("b", bytes: 40, version: 2);

        Assert.Equal(2, Get("a", bytes: 40, organization: 2));
        Assert.Equal(4, Get("a", bytes: 10));
    }

    [Fact]
    public void An_older_snapshot_takes_nothing_away()
    {
        Assert.Equal(1, Get("a", version: 2));
        Assert.Equal(2, Get("a", version: 1));
        Assert.Equal(3, Get("b", version: 1));

        Assert.Equal(1, Get("a", version: 2));
        Assert.Equal(4, Get("b", version: 1));
    }

    [Fact]
    public void Where_there_is_no_room_what_was_not_asked_for_longest_goes()
    {
        Get("a", bytes: 40);
        Get("b", bytes: 40);
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(1, Get("a", bytes: 40));

        Get("c", bytes: 40);

        Assert.Equal(1, Get("a", bytes: 40));
        Assert.Equal(3, Get("c", bytes: 40));
        Assert.Equal(4, Get("b", bytes: 40));
    }

    [Fact]
    public void What_is_larger_than_all_room_is_made_each_time_and_takes_nothing_away()
    {
        Get("a", bytes: 40);

        Assert.Equal(2, Get("b", bytes: 101));
        Assert.Equal(3, Get("b", bytes: 101));

        Assert.Equal(1, Get("a", bytes: 40));
    }

    [Fact]
    public void What_nobody_asks_for_goes_by_itself()
    {
        Get("a");
        _time.Advance(SnapshotCache.Unused - TimeSpan.FromMinutes(2));
        Get("b");
        _time.Advance(TimeSpan.FromMinutes(3));

        Assert.Equal(2, Get("b"));
        Assert.Equal(3, Get("a"));
    }

    [Fact]
    public void What_cannot_be_made_is_not_kept()
    {
        Assert.Throws<OperationCanceledException>(() => _cache.Get<object>(
            1, "a", 1, null, () => throw new OperationCanceledException(), _ => 1));

        Assert.Equal(1, Get("a"));
    }

    /// <summary>How many things had been made when this one was.</summary>
    private int Get(string key, long version = 1, string settings = "", long organization = 1, long bytes = 10) =>
        int.Parse(
            _cache.Get(organization, key, version, settings, Make, _ => bytes), CultureInfo.InvariantCulture);

    private string Make() => $"{++_made}";

    /// <summary>Timers run when the clock is moved.</summary>
    private sealed class ManualTime : TimeProvider
    {
        private readonly List<(TimerCallback Callback, object? State)> _timers = [];
        private long _now;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => _now;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            _timers.Add((callback, state));
            return System.CreateTimer(_ => { }, null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }

        public void Advance(TimeSpan by)
        {
            _now += by.Ticks;
            _timers.ForEach(timer => timer.Callback(timer.State));
        }
    }
}
