using System.Net;
using UsageAdmin.Accounts;
using UsageAdmin.Tests.Support;

namespace UsageAdmin.Tests.Accounts;

public sealed class FailedSignInsTests
{
    private static readonly IPAddress Somewhere = IPAddress.Parse("192.0.2.1");

    private readonly FakeTime _time = new(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero));
    private readonly FailedSignIns _failures;

    public FailedSignInsTests() => _failures = new FailedSignIns(_time);

    [Fact]
    public void An_address_waits_after_too_many_failures_until_the_oldest_is_over()
    {
        Fail(Somewhere, FailedSignIns.Limit - 1);
        Assert.Null(_failures.Wait(Somewhere));
        _time.Advance(TimeSpan.FromMinutes(1));

        Fail(Somewhere, 1);
        Assert.Equal(TimeSpan.FromMinutes(14), _failures.Wait(Somewhere));

        _time.Advance(TimeSpan.FromMinutes(14));
        Assert.Null(_failures.Wait(Somewhere));
    }

    [Fact]
    public void Other_addresses_do_not_wait()
    {
        Fail(Somewhere, FailedSignIns.Limit);

        Assert.Null(_failures.Wait(IPAddress.Parse("192.0.2.2")));
        Assert.NotNull(_failures.Wait(IPAddress.Parse("::ffff:192.0.2.1")));
    }

    [Fact]
    public void The_addresses_of_one_IPv6_network_count_together()
    {
        Fail(IPAddress.Parse("2001:db8::1"), FailedSignIns.Limit);

        Assert.NotNull(_failures.Wait(IPAddress.Parse("2001:db8::ffff:1")));
        Assert.Null(_failures.Wait(IPAddress.Parse("2001:db8:0:1::1")));
    }

    private void Fail(IPAddress from, int times)
    {
        for (var i = 0; i < times; i++)
        {
            _failures.Record(from);
        }
    }
}
