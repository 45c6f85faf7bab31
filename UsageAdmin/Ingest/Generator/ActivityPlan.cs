namespace UsageAdmin.Ingest.Generator;

/// <summary>When and how much of a cast's activity there is.</summary>
internal sealed record ActivityPlan
{
    public required ulong Seed { get; init; }

    public required TimeZoneInfo Zone { get; init; }

    /// <summary>First day, in <see cref="Zone"/>.</summary>
    public required DateOnly From { get; init; }

    /// <summary>Last day, inclusive.</summary>
    public required DateOnly To { get; init; }

    /// <summary>Up to when there is data, exclusive; not after the last day's end.</summary>
    public required DateTime UntilUtc { get; init; }

    /// <summary>How many conversations start on a day. A day's conversations depend on nothing but the day and this.</summary>
    public required Func<DateOnly, int> ConversationsOn { get; init; }

    /// <summary>Conversations with given traits at given times of a day, in milliseconds; beside the others.</summary>
    public Func<DateOnly, IReadOnlyList<(int MillisecondsOfDay, ConversationTraits Traits)>> ExtraOn { get; init; } =
        _ => [];

    /// <summary>In the mean, of exported messages.</summary>
    public int AverageMessages { get; init; } = 9;

    /// <summary>What ids of conversations, runs and events start with.</summary>
    public string IdPrefix { get; init; } = "";
}
