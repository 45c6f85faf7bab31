namespace UsageAdmin.Usage;

/// <summary>How often something was used. Lists of them are sorted by count, largest first, then by key.</summary>
/// <param name="Key">The id of an assistant or project, the name of a model or action.</param>
/// <param name="Name">The entity's name at the period's end; null: it has none, or it is a model or action.</param>
public readonly record struct UsageCount(string Key, string? Name, long Count);

/// <summary>Tokens and cost of requests.</summary>
/// <param name="Prompt">Input tokens, cached ones included.</param>
/// <param name="CostMicroUsd">
/// Millionths of a US dollar, rounded half away from zero: what sources state, else tokens by the model's price at the time.
/// Null: a model that was used has no price.
/// </param>
/// <param name="RequestsWithTokens">Requests that say how many tokens they took.</param>
public sealed record UsageTokens(
    long Prompt, long Completion, long CachedPrompt, long CacheCreation, long? CostMicroUsd, long RequestsWithTokens)
{
    /// <summary>Input tokens that were not served from a cache.</summary>
    public long NotCached => Math.Max(0, Prompt - CachedPrompt);
}

/// <summary>Tokens and cost of one model.</summary>
public sealed record ModelTokens(string Model, UsageTokens Tokens);

/// <param name="Id">As files show it: a pseudonym where user-level data is off, <c>unknown</c> for what nobody is named for.</param>
/// <param name="Role"><c>member</c>, <c>editor</c> or <c>admin</c>, now; null: too few people hold it to show it.</param>
/// <param name="JoinedAt">In UTC; the first of the month where user-level data is off; null: unknown.</param>
/// <param name="Ranks">Null: ranks are switched off.</param>
/// <param name="Models">Of messages; their sum is <see cref="Messages"/>.</param>
/// <param name="ActiveDays">Days of the period's zone on which the user sent a message.</param>
/// <param name="Sections">Names of the sections the user was in at the period's end, sorted.</param>
public sealed record UserUsage(
    string Id, string? Name, string? Email, string? Role, DateOnly? JoinedAt, long Messages, long ChatMessages,
    long AssistantMessages, long ProjectMessages, UserRanks? Ranks, IReadOnlyList<UsageCount> Assistants,
    IReadOnlyList<UsageCount> Projects, IReadOnlyList<UsageCount> Models, IReadOnlyList<UsageCount> Actions,
    UsageTokens Tokens, IReadOnlyList<ModelTokens> ModelTokens, int ActiveDays, DateOnly? FirstActive, DateOnly? LastActive,
    IReadOnlyList<string> Sections)
{
    public long ActionMessages => Actions.Sum(action => action.Count);
}

/// <summary>Places among all users of the period by messages, 1 for the most; equal ones share a place (1, 2, 2, 4).</summary>
public sealed record UserRanks(int Messages, int Chat, int Assistants, int Projects);

/// <param name="Id"><c>other</c>: the assistants that too few people used to be shown alone.</param>
/// <param name="Messages">User messages.</param>
/// <param name="Users">People who sent one.</param>
/// <param name="ActiveUsers">People in whose chats with it any message was sent.</param>
/// <param name="Conversations">Chats with at least one message in the period.</param>
/// <param name="ResponseMilliseconds">From prompt to answer on average; null: unknown.</param>
/// <param name="ErrorRate">Failed requests of all; null: there were none.</param>
public sealed record AssistantUsage(
    string Id, string? Name, string? Description, string? Url, string? OwnerId, string? OwnerEmail, long Messages, int Users,
    int ActiveUsers, long Conversations, UsageTokens Tokens, TokensOfOne OfOne, decimal? ResponseMilliseconds,
    decimal? ErrorRate, long PositiveRatings, long NegativeRatings)
{
    /// <summary>Per active user; null: there is none.</summary>
    public decimal? MessagesPerUser => ActiveUsers == 0 ? null : (decimal)Messages / ActiveUsers;
}

/// <summary>Fewest and most tokens of one request; null: none says how many.</summary>
public sealed record TokensOfOne(long? MinPrompt, long? MaxPrompt, long? MinCompletion, long? MaxCompletion);

/// <param name="Durations">Of runs that ended; null: none did.</param>
/// <param name="ErrorTypes">Of failed runs that name one.</param>
/// <param name="Users">People who started a run.</param>
/// <param name="LastExecutedAt">In UTC; null: no run in the period.</param>
public sealed record WorkflowUsage(
    string Id, string? Name, string? OwnerId, string? OwnerEmail, long Executions, long Succeeded, long Failed, long Cancelled,
    IReadOnlyList<UsageCount> ErrorTypes, RunDurations? Durations, IReadOnlyList<UsageCount> Triggers, int Users,
    DateOnly? LastExecutedAt, UsageTokens Tokens)
{
    /// <summary>Of runs that succeeded or failed; null: there are none.</summary>
    public decimal? SuccessRate => Succeeded + Failed == 0 ? null : (decimal)Succeeded / (Succeeded + Failed);

    public decimal? ErrorRate => Succeeded + Failed == 0 ? null : (decimal)Failed / (Succeeded + Failed);
}

/// <summary>In milliseconds; percentiles by the nearest rank.</summary>
public sealed record RunDurations(long Average, long P50, long P95, long Max);

/// <param name="OwnerId">A pseudonym where user-level data is off; null: unknown, or the row <c>other</c>.</param>
/// <param name="LastActivityAt">In UTC; null: no message in the period.</param>
public sealed record ProjectUsage(
    string Id, string? Name, string? OwnerId, string? OwnerEmail, long Messages, int Users, long Conversations,
    DateOnly? LastActivityAt, UsageTokens Tokens);

/// <param name="Name"><c>unknown</c>: requests whose model nobody names; <c>other</c>: models of too few people.</param>
public sealed record ModelUsage(
    string Name, string? Provider, bool BringYourKeys, long Requests, long Failed, decimal? ResponseMilliseconds,
    UsageTokens Tokens);
