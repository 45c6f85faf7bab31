namespace UsageAdmin.Tests.Support;

/// <summary>A clock that stands still.</summary>
internal sealed class FixedTime(DateTime utcNow) : TimeProvider
{
    public override DateTimeOffset GetUtcNow() => new(utcNow);
}
