namespace UsageAdmin.Data.RollUps;

/// <summary>A row of the roll-up without the conversation's own columns; as <see cref="Schema.UsageSlot"/>.</summary>
/// <param name="Slot">Milliseconds since 1970 at which the quarter-hour starts.</param>
/// <param name="ModelId">0: unknown.</param>
internal sealed record SlotRow(long Slot, long ModelId)
{
    public long UserMessages { get; set; }

    public long ProviderMessages { get; set; }

    public long UserStartMessages { get; set; }

    public long Flagged { get; set; }

    public long Moderated { get; set; }

    public long Biased { get; set; }

    public long Inaccurate { get; set; }

    public long Inappropriate { get; set; }

    public long Requests { get; set; }

    public long FailedRequests { get; set; }

    public long InputTokens { get; set; }

    public long OutputTokens { get; set; }

    public long CachedInputTokens { get; set; }

    public long CacheCreationTokens { get; set; }

    public long ReasoningTokens { get; set; }

    public long CostMicroUsd { get; set; }

    public long RequestsWithTokens { get; set; }

    public long RequestsWithCost { get; set; }

    public long? MinInputTokens { get; set; }

    public long? MaxInputTokens { get; set; }

    public long? MinOutputTokens { get; set; }

    public long? MaxOutputTokens { get; set; }

    public long Responses { get; set; }

    public long ResponseMilliseconds { get; set; }

    public long PositiveRatings { get; set; }

    public long NegativeRatings { get; set; }
}
