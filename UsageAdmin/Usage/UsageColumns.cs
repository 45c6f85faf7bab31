using UsageAdmin.Exports.Tables;

namespace UsageAdmin.Usage;

/// <summary>
/// The columns of the five files in their order (exports.md 1.A, decisions.md 8): the contract's, those of tokens where they
/// are shown, those of the extended layout. Without user-level data those that name people are absent.
/// </summary>
public static class UsageColumns
{
    private const decimal MicroUsd = 1_000_000;

    /// <summary>Names and kinds, for whoever describes a file.</summary>
    public static IReadOnlyList<(string Name, ColumnKind Kind)> Of(UsageScope scope, UsageDataType type, bool isExtended) => type switch
    {
        UsageDataType.Users => NamesOf(Users(scope, isExtended)),
        UsageDataType.Assistants => NamesOf(Assistants(scope, isExtended)),
        UsageDataType.Workflows => NamesOf(Workflows(scope)),
        UsageDataType.Projects => NamesOf(Projects(scope, isExtended)),
        UsageDataType.Models => NamesOf(Models(scope, isExtended)),
        _ => throw new ArgumentOutOfRangeException(nameof(type)),
    };

    public static IReadOnlyList<Column<UserUsage>> Users(UsageScope scope, bool isExtended) =>
    [
        Text<UserUsage>("user_id", u => u.Id),
        .. Named(scope, Text<UserUsage>("name", u => u.Name ?? ""), Text<UserUsage>("email", u => u.Email ?? "")),
        Text<UserUsage>("role", u => u.Role),
        new("joined_at", ColumnKind.Date, u => Cell.Date(u.JoinedAt)),
        Integer<UserUsage>("messages_total", u => u.Messages),
        Integer<UserUsage>("messages_total_rank", u => u.Ranks?.Messages),
        Integer<UserUsage>("messages_chat", u => u.ChatMessages),
        Integer<UserUsage>("messages_chat_rank", u => u.Ranks?.Chat),
        Integer<UserUsage>("messages_assistants", u => u.AssistantMessages),
        Integer<UserUsage>("messages_assistants_rank", u => u.Ranks?.Assistants),
        Integer<UserUsage>("assistants_messaged", u => u.Assistants.Count),
        Json<UserUsage>("assistants_to_messages", u => JsonMap.Of(u.Assistants)),
        Integer<UserUsage>("messages_projects", u => u.ProjectMessages),
        Integer<UserUsage>("messages_projects_rank", u => u.Ranks?.Projects),
        Integer<UserUsage>("projects_messaged", u => u.Projects.Count),
        Json<UserUsage>("projects_to_messages", u => JsonMap.Of(u.Projects)),
        Json<UserUsage>("model_to_messages_total", u => JsonMap.Of(u.Models)),
        Integer<UserUsage>("action_messages", u => u.ActionMessages),
        Integer<UserUsage>("action_messaged", u => u.Actions.Count),
        Json<UserUsage>("action_to_messages", u => JsonMap.Of(u.Actions)),
        .. AllTokens<UserUsage>(scope, u => u.Tokens),
        .. Where(
            scope.HasTokens,
            Json<UserUsage>("model_to_prompt_tokens", u => JsonMap.OfTokens(u.ModelTokens, t => t.Prompt)),
            Json<UserUsage>("model_to_completion_tokens", u => JsonMap.OfTokens(u.ModelTokens, t => t.Completion)),
            Json<UserUsage>("model_to_cost_usd", u => JsonMap.OfCost(u.ModelTokens))),
        .. Where(
            isExtended,
            Integer<UserUsage>("active_days", u => u.ActiveDays),
            new("first_active_at", ColumnKind.Date, u => Cell.Date(u.FirstActive)),
            new("last_active_at", ColumnKind.Date, u => Cell.Date(u.LastActive)),
            Json<UserUsage>("sections", u => JsonMap.Of(u.Sections))),
    ];

    public static IReadOnlyList<Column<AssistantUsage>> Assistants(UsageScope scope, bool isExtended) =>
    [
        Text<AssistantUsage>("assistant_id", a => a.Id),
        Text<AssistantUsage>("assistant_name", a => a.Name ?? ""),
        Integer<AssistantUsage>("messages", a => a.Messages),
        Integer<AssistantUsage>("unique_users", a => a.Users),
        Integer<AssistantUsage>("active_users", a => a.ActiveUsers),
        Integer<AssistantUsage>("conversations", a => a.Conversations),
        new("messages_per_user", ColumnKind.Average, a => Cell.Decimal(a.MessagesPerUser)),
        .. Named(
            scope, Text<AssistantUsage>("assistant_description", a => a.Description ?? ""),
            Text<AssistantUsage>("assistant_url", a => a.Url ?? ""), Text<AssistantUsage>("assistant_owner_id", a => a.OwnerId ?? ""),
            Text<AssistantUsage>("assistant_owner_email", a => a.OwnerEmail ?? "")),
        .. Where(
            scope.HasTokens,
            Integer<AssistantUsage>("sum_prompt_tokens", a => a.Tokens.Prompt),
            Average<AssistantUsage>("avg_prompt_tokens", a => PerRequest(a.Tokens, a.Tokens.Prompt)),
            Integer<AssistantUsage>("min_prompt_tokens", a => a.OfOne.MinPrompt),
            Integer<AssistantUsage>("max_prompt_tokens", a => a.OfOne.MaxPrompt),
            Integer<AssistantUsage>("sum_completion_tokens", a => a.Tokens.Completion),
            Average<AssistantUsage>("avg_completion_tokens", a => PerRequest(a.Tokens, a.Tokens.Completion)),
            Integer<AssistantUsage>("min_completion_tokens", a => a.OfOne.MinCompletion),
            Integer<AssistantUsage>("max_completion_tokens", a => a.OfOne.MaxCompletion),
            Integer<AssistantUsage>("sum_cached_prompt_tokens", a => a.Tokens.CachedPrompt),
            Cost<AssistantUsage>(a => a.Tokens)),
        .. Where(
            isExtended,
            Integer<AssistantUsage>("response_time_ms_avg", a => Whole(a.ResponseMilliseconds)),
            new("error_rate", ColumnKind.Ratio, a => Cell.Decimal(a.ErrorRate)),
            Integer<AssistantUsage>("positive_feedback", a => a.PositiveRatings),
            Integer<AssistantUsage>("negative_feedback", a => a.NegativeRatings)),
    ];

    /// <summary>The extended layout has the same.</summary>
    public static IReadOnlyList<Column<WorkflowUsage>> Workflows(UsageScope scope) =>
    [
        Text<WorkflowUsage>("workflow_id", w => w.Id),
        Text<WorkflowUsage>("workflow_name", w => w.Name ?? ""),
        .. Named(
            scope, Text<WorkflowUsage>("workflow_owner_id", w => w.OwnerId ?? ""),
            Text<WorkflowUsage>("workflow_owner_email", w => w.OwnerEmail ?? "")),
        Integer<WorkflowUsage>("executions", w => w.Executions),
        Integer<WorkflowUsage>("executions_succeeded", w => w.Succeeded),
        Integer<WorkflowUsage>("executions_failed", w => w.Failed),
        Integer<WorkflowUsage>("executions_cancelled", w => w.Cancelled),
        new("success_rate", ColumnKind.Ratio, w => Cell.Decimal(w.SuccessRate)),
        new("error_rate", ColumnKind.Ratio, w => Cell.Decimal(w.ErrorRate)),
        Json<WorkflowUsage>("error_type_to_executions", w => JsonMap.Of(w.ErrorTypes)),
        Integer<WorkflowUsage>("duration_ms_avg", w => w.Durations?.Average),
        Integer<WorkflowUsage>("duration_ms_p50", w => w.Durations?.P50),
        Integer<WorkflowUsage>("duration_ms_p95", w => w.Durations?.P95),
        Integer<WorkflowUsage>("duration_ms_max", w => w.Durations?.Max),
        Json<WorkflowUsage>("trigger_to_executions", w => JsonMap.Of(w.Triggers)),
        Integer<WorkflowUsage>("unique_users", w => w.Users),
        new("last_executed_at", ColumnKind.Date, w => Cell.Date(w.LastExecutedAt)),
        .. Sums<WorkflowUsage>(scope, w => w.Tokens),
    ];

    public static IReadOnlyList<Column<ProjectUsage>> Projects(UsageScope scope, bool isExtended) =>
    [
        Text<ProjectUsage>("project_id", p => p.Id),
        Text<ProjectUsage>("project_name", p => p.Name ?? ""),
        Text<ProjectUsage>("project_owner_id", p => p.OwnerId ?? ""),
        .. Named(scope, Text<ProjectUsage>("project_owner_email", p => p.OwnerEmail ?? "")),
        Integer<ProjectUsage>("messages", p => p.Messages),
        .. Sums<ProjectUsage>(scope, p => p.Tokens),
        .. Where(
            isExtended,
            Integer<ProjectUsage>("unique_users", p => p.Users),
            Integer<ProjectUsage>("conversations", p => p.Conversations),
            new("last_activity_at", ColumnKind.Date, p => Cell.Date(p.LastActivityAt))),
    ];

    public static IReadOnlyList<Column<ModelUsage>> Models(UsageScope scope, bool isExtended) =>
    [
        Text<ModelUsage>("name", m => m.Name),
        Text<ModelUsage>("provider", m => m.Provider ?? ""),
        new("bring_your_keys", ColumnKind.Boolean, m => Cell.Boolean(m.BringYourKeys)),
        Integer<ModelUsage>("requests", m => m.Requests),
        .. AllTokens<ModelUsage>(scope, m => m.Tokens),
        .. Where(
            isExtended,
            Integer<ModelUsage>("response_time_ms_avg", m => Whole(m.ResponseMilliseconds)),
            Integer<ModelUsage>("errors", m => m.Failed),
            new("error_rate", ColumnKind.Ratio, m => Cell.Decimal(m.Requests == 0 ? null : (decimal)m.Failed / m.Requests))),
    ];

    /// <summary>Period and workspace in front of a type's own columns.</summary>
    internal static IReadOnlyList<Column<TRow>> Complete<TRow>(
        UsageScope scope, UsagePeriod period, IReadOnlyList<Column<TRow>> columns) =>
    [
        new("period_start", ColumnKind.Date, _ => Cell.Date(period.Days.From)),
        new("period_end", ColumnKind.Date, _ => Cell.Date(period.Days.To)),
        new("org_id", ColumnKind.Text, _ => Cell.Text(scope.Workspace.PublicId)),
        .. columns,
    ];

    private static IReadOnlyList<(string, ColumnKind)> NamesOf<TRow>(IReadOnlyList<Column<TRow>> columns) =>
    [
        ("period_start", ColumnKind.Date), ("period_end", ColumnKind.Date), ("org_id", ColumnKind.Text),
        .. columns.Select(column => (column.Name, column.Kind)),
    ];

    private static Column<TRow> Text<TRow>(string name, Func<TRow, string?> value) =>
        new(name, ColumnKind.Text, row => Cell.Text(value(row)));

    private static Column<TRow> Integer<TRow>(string name, Func<TRow, long?> value) =>
        new(name, ColumnKind.Integer, row => Cell.Integer(value(row)));

    private static Column<TRow> Average<TRow>(string name, Func<TRow, decimal?> value) =>
        new(name, ColumnKind.Average, row => Cell.Decimal(value(row)));

    private static Column<TRow> Json<TRow>(string name, Func<TRow, string> value) =>
        new(name, ColumnKind.Json, row => Cell.Text(value(row)));

    private static Column<TRow> Cost<TRow>(Func<TRow, UsageTokens> tokens) =>
        new("total_cost_usd", ColumnKind.Cost, row => Cell.Decimal(tokens(row).CostMicroUsd / MicroUsd));

    private static Column<TRow>[] AllTokens<TRow>(UsageScope scope, Func<TRow, UsageTokens> tokens) => Where(
        scope.HasTokens, Integer<TRow>("sum_prompt_tokens", row => tokens(row).Prompt),
        Integer<TRow>("sum_completion_tokens", row => tokens(row).Completion),
        Integer<TRow>("sum_cached_prompt_tokens", row => tokens(row).CachedPrompt),
        Integer<TRow>("sum_cache_creation_tokens", row => tokens(row).CacheCreation),
        Integer<TRow>("no_cache_tokens", row => tokens(row).NotCached), Cost(tokens));

    private static Column<TRow>[] Sums<TRow>(UsageScope scope, Func<TRow, UsageTokens> tokens) => Where(
        scope.HasTokens, Integer<TRow>("sum_prompt_tokens", row => tokens(row).Prompt),
        Integer<TRow>("sum_completion_tokens", row => tokens(row).Completion), Cost(tokens));

    private static Column<TRow>[] Named<TRow>(UsageScope scope, params Column<TRow>[] columns) =>
        Where(scope.IsIdentified, columns);

    private static Column<TRow>[] Where<TRow>(bool isShown, params Column<TRow>[] columns) => isShown ? columns : [];

    private static decimal? PerRequest(UsageTokens tokens, long sum) =>
        tokens.RequestsWithTokens == 0 ? null : (decimal)sum / tokens.RequestsWithTokens;

    private static long? Whole(decimal? number) =>
        number is { } value ? (long)Math.Round(value, MidpointRounding.AwayFromZero) : null;
}
