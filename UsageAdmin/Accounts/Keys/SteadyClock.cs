namespace UsageAdmin.Accounts.Keys;

/// <summary>
/// The time by which keys end. While the server runs it does not go back when the machine's clock is set back, so that an
/// expired key stays expired.
/// </summary>
internal sealed class SteadyClock(TimeProvider time)
{
    private readonly DateTimeOffset _start = time.GetUtcNow();
    private readonly long _startStamp = time.GetTimestamp();

    public DateTime UtcNow
    {
        get
        {
            var (shown, counted) = (time.GetUtcNow(), _start + time.GetElapsedTime(_startStamp));
            return (shown > counted ? shown : counted).UtcDateTime;
        }
    }
}
