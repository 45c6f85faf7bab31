using UsageAdmin.Data.Schema;

namespace UsageAdmin.Data.RollUps;

/// <summary>What the roll-up needs to know of a message; of one that is being imported, or of one that is stored.</summary>
internal interface ICountedMessage
{
    long Seq { get; }

    /// <summary>Milliseconds since 1970.</summary>
    long CreatedAt { get; }

    MessageSource Source { get; }

    MessageMarks Marks { get; }

    long? ModelId { get; }

    long? ParentSeq { get; }

    Tokens Tokens { get; }

    /// <summary>People who rated it 1.</summary>
    int PositiveRatings { get; }

    /// <summary>People who rated it −1.</summary>
    int NegativeRatings { get; }

    /// <summary>Exported messages are those that count (decisions.md 1).</summary>
    bool IsExported { get; }
}

/// <summary>What one request took; null: not stated. Input includes cached tokens.</summary>
internal readonly record struct Tokens(
    long? Input, long? Output, long? CachedInput, long? CacheCreation, long? Reasoning, long? CostMicroUsd)
{
    public Tokens Plus(Tokens other) => Joined(other, 1);

    public Tokens Minus(Tokens other) => Joined(other, -1);

    private Tokens Joined(Tokens other, int sign) => new(
        Join(Input, other.Input, sign), Join(Output, other.Output, sign), Join(CachedInput, other.CachedInput, sign),
        Join(CacheCreation, other.CacheCreation, sign), Join(Reasoning, other.Reasoning, sign),
        Join(CostMicroUsd, other.CostMicroUsd, sign));

    private static long? Join(long? a, long? b, int sign) => b is { } value ? (a ?? 0) + (sign * value) : a;
}
