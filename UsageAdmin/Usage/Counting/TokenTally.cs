namespace UsageAdmin.Usage.Counting;

/// <summary>Tokens and cost of requests, summed up.</summary>
/// <remarks>Small: there is one for each user and model. An <see cref="Int128"/> as a field would widen it to the next 16 bytes.</remarks>
internal struct TokenTally
{
    /// <summary>Cost is summed in millionths of a millionth of a US dollar, so that nothing is rounded on the way.</summary>
    private const long PerMicroUsd = 1_000_000;

    private ulong _costLow;
    private ulong _costHigh;
    private long _prompt;
    private long _completion;
    private long _cachedPrompt;
    private long _cacheCreation;
    private long _withTokens;
    private bool _isUnpriced;

    private Int128 Cost
    {
        readonly get => new(_costHigh, _costLow);
        set => (_costHigh, _costLow) = ((ulong)(value >> 64), (ulong)value);
    }

    public readonly UsageTokens ToTokens() => new(
        _prompt, _completion, _cachedPrompt, _cacheCreation, _isUnpriced ? null : Rounded(Cost), _withTokens);

    /// <param name="cost">As <see cref="CostOf"/>.</param>
    public void Add(in RequestRow row, Int128? cost)
    {
        _withTokens += row.WithTokens;
        _prompt += row.Prompt;
        _completion += row.Completion;
        _cachedPrompt += row.CachedPrompt;
        _cacheCreation += row.CacheCreation;
        _isUnpriced |= cost is null;
        Cost += cost.GetValueOrDefault();
    }

    public void Add(in TokenTally other)
    {
        _withTokens += other._withTokens;
        _prompt += other._prompt;
        _completion += other._completion;
        _cachedPrompt += other._cachedPrompt;
        _cacheCreation += other._cacheCreation;
        _isUnpriced |= other._isUnpriced;
        Cost += other.Cost;
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

    private static long Rounded(Int128 cost) =>
        (long)Int128.Clamp((cost + (cost < 0 ? -PerMicroUsd / 2 : PerMicroUsd / 2)) / PerMicroUsd, long.MinValue, long.MaxValue);
}
