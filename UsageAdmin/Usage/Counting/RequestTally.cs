namespace UsageAdmin.Usage.Counting;

/// <summary>Tokens and cost of requests, summed up.</summary>
internal struct RequestTally
{
    /// <summary>Cost is summed in millionths of a millionth of a US dollar, so that nothing is rounded on the way.</summary>
    private const long PerMicroUsd = 1_000_000;

    private Int128 _cost;
    private bool _isUnpriced;

    public long Requests { get; private set; }

    public long Failed { get; private set; }

    public long WithTokens { get; private set; }

    public long Prompt { get; private set; }

    public long Completion { get; private set; }

    public long CachedPrompt { get; private set; }

    public long CacheCreation { get; private set; }

    public readonly UsageTokens ToTokens() => new(
        Prompt, Completion, CachedPrompt, CacheCreation, _isUnpriced ? null : Rounded(_cost), WithTokens);

    /// <param name="cost">As <see cref="CostOf"/>.</param>
    public void Add(in RequestRow row, Int128? cost)
    {
        Requests += row.Requests;
        Failed += row.Failed;
        WithTokens += row.WithTokens;
        Prompt += row.Prompt;
        Completion += row.Completion;
        CachedPrompt += row.CachedPrompt;
        CacheCreation += row.CacheCreation;
        _isUnpriced |= cost is null;
        _cost += cost.GetValueOrDefault();
    }

    /// <summary>
    /// Costs are what the source states where it does so for all requests of the row, else tokens by price; null: nobody
    /// knows. Failed requests may lack both.
    /// </summary>
    /// <param name="price">Millionths of a US dollar per million input and output tokens.</param>
    public static Int128? CostOf(in RequestRow row, (long? Input, long? Output) price)
    {
        if (row.WithCost >= row.Requests - row.Failed)
        {
            return (Int128)row.CostMicroUsd * PerMicroUsd;
        }

        return row.WithTokens >= row.Requests - row.Failed
            && (row.Prompt == 0 || price.Input is not null) && (row.Completion == 0 || price.Output is not null)
                ? ((Int128)row.Prompt * (price.Input ?? 0)) + ((Int128)row.Completion * (price.Output ?? 0))
                : null;
    }

    public void Add(in RequestTally other)
    {
        Requests += other.Requests;
        Failed += other.Failed;
        WithTokens += other.WithTokens;
        Prompt += other.Prompt;
        Completion += other.Completion;
        CachedPrompt += other.CachedPrompt;
        CacheCreation += other.CacheCreation;
        _cost += other._cost;
        _isUnpriced |= other._isUnpriced;
    }

    private static long Rounded(Int128 cost) =>
        (long)Int128.Clamp((cost + (cost < 0 ? -PerMicroUsd / 2 : PerMicroUsd / 2)) / PerMicroUsd, long.MinValue, long.MaxValue);
}

/// <summary>Requests of one kind at one time.</summary>
internal readonly record struct RequestRow(
    long Requests, long Failed, long WithTokens, long Prompt, long Completion, long CachedPrompt, long CacheCreation,
    long WithCost, long CostMicroUsd);
