namespace UsageAdmin.Usage.Counting;

/// <summary>Requests, summed up.</summary>
internal struct RequestTally
{
    private TokenTally _tokens;

    public long Requests { get; private set; }

    public long Failed { get; private set; }

    public readonly UsageTokens ToTokens() => _tokens.ToTokens();

    /// <param name="cost">As <see cref="TokenTally.CostOf"/>.</param>
    public void Add(in RequestRow row, Int128? cost)
    {
        Requests += row.Requests;
        Failed += row.Failed;
        _tokens.Add(row, cost);
    }

    public void Add(in RequestTally other)
    {
        Requests += other.Requests;
        Failed += other.Failed;
        _tokens.Add(other._tokens);
    }
}

/// <summary>Requests of one kind at one time.</summary>
internal readonly record struct RequestRow(
    long Requests, long Failed, long WithTokens, long Prompt, long Completion, long CachedPrompt, long CacheCreation,
    long WithCost, long CostMicroUsd);
