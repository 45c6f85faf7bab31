namespace UsageAdmin.Accounts;

/// <summary>Wrong passwords, by address.</summary>
internal sealed class FailedSignIns(TimeProvider time) : FailuresByAddress(time, Limit, Window)
{
    public const int Limit = 20;

    public static TimeSpan Window { get; } = TimeSpan.FromMinutes(15);
}
