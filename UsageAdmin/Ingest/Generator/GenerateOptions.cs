namespace UsageAdmin.Ingest.Generator;

/// <summary>How much synthetic activity a workspace gets.</summary>
/// <param name="Conversations">In all, spread over the days as people work.</param>
/// <param name="From">First day, in <paramref name="Zone"/>.</param>
/// <param name="To">Last day, inclusive.</param>
public sealed record GenerateOptions(int Conversations, ulong Seed, DateOnly From, DateOnly To, TimeZoneInfo Zone)
{
    /// <summary>Every tenth of them never writes.</summary>
    public int Users { get; init; } = 200;

    public int Apps { get; init; } = 12;

    /// <summary>Exported messages per conversation, in the mean.</summary>
    public int AverageMessages { get; init; } = 9;
}
