using Microsoft.AspNetCore.Http;
using UsageAdmin.Accounts.Keys;
using UsageAdmin.Tests.Support;

namespace UsageAdmin.Tests.Accounts.Keys;

public sealed class RequestLimitTests
{
    private readonly FakeTime _time = new(new DateTimeOffset(2026, 11, 22, 10, 0, 0, TimeSpan.Zero));

    [Fact]
    public void No_sixty_seconds_hold_more_than_the_limit()
    {
        var limit = Limit(500);
        var random = new Random(7);
        var granted = new List<DateTimeOffset>();
        for (var i = 0; i < 5000; i++)
        {
            if (limit.Take(1).IsGranted)
            {
                granted.Add(_time.GetUtcNow());
            }

            _time.Advance(TimeSpan.FromMilliseconds(random.Next(80)));
        }

        Assert.All(granted.Skip(500).Zip(granted), pair => Assert.True(pair.First - pair.Second >= RequestLimit.Window));
        Assert.True(granted.Count >= 500 * (int)((granted[^1] - granted[0]) / RequestLimit.Window));
    }

    [Fact]
    public void Whoever_waits_as_told_is_let_in_again()
    {
        var limit = Limit(2);
        Assert.True(limit.Take(1).IsGranted);
        _time.Advance(TimeSpan.FromSeconds(20.4));
        Assert.Equal((true, 0), (limit.Take(1).IsGranted, limit.Take(1).Remaining));

        var refused = limit.Take(1);

        Assert.Equal((false, "40"), (refused.IsGranted, refused.Seconds));
        _time.Advance(TimeSpan.FromSeconds(39));
        Assert.False(limit.Take(1).IsGranted);
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.True(limit.Take(1).IsGranted);
        Assert.False(limit.Take(1).IsGranted);
    }

    [Fact]
    public void Workspaces_do_not_share_it()
    {
        var limit = Limit(1);

        Assert.True(limit.Take(1).IsGranted);
        Assert.False(limit.Take(1).IsGranted);
        Assert.True(limit.Take(2).IsGranted);
    }

    [Fact]
    public void A_clock_that_is_set_back_locks_nobody_out()
    {
        var limit = Limit(1);
        limit.Take(1);

        _time.Advance(TimeSpan.FromHours(-1));

        Assert.True(limit.Take(1).IsGranted);
    }

    [Fact]
    public void Headers_tell_limit_and_rest()
    {
        var limit = Limit(500);
        limit.Take(1);
        _time.Advance(TimeSpan.FromSeconds(10));
        var headers = new HeaderDictionary();

        limit.Take(1).WriteTo(headers);

        Assert.Equal("\"requests-per-minute\";q=500;w=60", headers["RateLimit-Policy"]);
        Assert.Equal("\"requests-per-minute\";r=498;t=50", headers["RateLimit"]);
    }

    private RequestLimit Limit(int requests) => new(requests, _time);
}
