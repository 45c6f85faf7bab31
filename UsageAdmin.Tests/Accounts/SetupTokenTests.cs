using UsageAdmin.Accounts;
using UsageAdmin.Tests.Support;

namespace UsageAdmin.Tests.Accounts;

public sealed class SetupTokenTests
{
    private readonly FakeTime _time = new(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero));
    private readonly RecordingLog<SetupToken> _log = new();
    private readonly SetupToken _token;

    public SetupTokenTests() => _token = new SetupToken(_time, _log);

    private string Printed => _log.Lines[^1].Split(' ')[^1];

    [Fact]
    public void The_printed_token_is_good_once()
    {
        _token.Offer();
        Assert.True(_token.IsGood(Printed));

        _token.Spend();
        Assert.False(_token.IsGood(Printed));
    }

    [Fact]
    public void It_is_good_for_half_an_hour()
    {
        _token.Offer();
        _time.Advance(TimeSpan.FromMinutes(30) - TimeSpan.FromTicks(1));
        Assert.True(_token.IsGood(Printed));

        _time.Advance(TimeSpan.FromTicks(1));
        Assert.False(_token.IsGood(Printed));
    }

    [Fact]
    public void A_new_one_is_printed_only_when_the_old_one_is_over()
    {
        _token.Offer();
        _token.Offer();
        Assert.Single(_log.Lines);

        _time.Advance(TimeSpan.FromMinutes(30));
        _token.Offer();
        Assert.Equal(2, _log.Lines.Distinct().Count());
    }

    [Theory]
    [InlineData("")]
    [InlineData("x")]
    public void Nothing_else_is_good(string token)
    {
        Assert.False(_token.IsGood(token));
        _token.Offer();
        Assert.False(_token.IsGood(token));
    }
}
