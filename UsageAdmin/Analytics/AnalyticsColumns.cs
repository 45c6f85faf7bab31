using UsageAdmin.Exports;
using UsageAdmin.Exports.Tables;

namespace UsageAdmin.Analytics;

/// <summary>A row of one of the four files.</summary>
public sealed record Monthly<TFigures>(Month Month, bool IsPartial, TFigures Figures);

/// <summary>
/// The columns of the four files in their order (exports.md 1.B.2). Without user-level data those that name people are
/// absent.
/// </summary>
public static class AnalyticsColumns
{
    public static IReadOnlyList<Column<Monthly<UserFigures>>> Users(AnalyticsScope scope) =>
    [
        .. Start<UserFigures>(scope),
        new("user_id", ColumnKind.Text, r => Cell.Text(r.Figures.UserId)),
        .. OfPeople<UserFigures>(
            scope,
            new("user_name", ColumnKind.Text, r => Cell.Text(r.Figures.Name)),
            new("user_email", ColumnKind.Text, r => Cell.Text(r.Figures.Email))),
        new("org_role", ColumnKind.Text, r => Cell.Text(r.Figures.Role)),
        new("workspaces", ColumnKind.Integer, r => Cell.Integer(r.Figures.Workspaces)),
        new("apps_created", ColumnKind.Integer, r => Cell.Integer(r.Figures.AppsCreated)),
        new("apps_published", ColumnKind.Integer, r => Cell.Integer(r.Figures.AppsPublished)),
        new("apps_created_total", ColumnKind.Integer, r => Cell.Integer(r.Figures.AppsCreatedTotal)),
        new("apps_published_total", ColumnKind.Integer, r => Cell.Integer(r.Figures.AppsPublishedTotal)),
        new("app_categories", ColumnKind.Json, r => Cell.Text(Json(r.Figures.AppCategories))),
        new("conversations_started", ColumnKind.Integer, r => Cell.Integer(r.Figures.ConversationsStarted)),
        new("messages_sent", ColumnKind.Integer, r => Cell.Integer(r.Figures.MessagesSent)),
        new("active_days", ColumnKind.Integer, r => Cell.Integer(r.Figures.ActiveDays)),
        new("users_reached", ColumnKind.Integer, r => Cell.Integer(r.Figures.UsersReached)),
        new("conversations_on_own_apps", ColumnKind.Integer, r => Cell.Integer(r.Figures.ConversationsOnOwnApps)),
        new("last_active_at", ColumnKind.Date, r => Cell.Date(r.Figures.LastActiveAt)),
    ];

    public static IReadOnlyList<Column<Monthly<AppFigures>>> Apps(AnalyticsScope scope) =>
    [
        .. Start<AppFigures>(scope),
        new("workspace_id", ColumnKind.Text, r => Cell.Text(r.Figures.WorkspaceId)),
        new("workspace_name", ColumnKind.Text, r => Cell.Text(r.Figures.WorkspaceName)),
        new("app_id", ColumnKind.Text, r => Cell.Text(r.Figures.AppId)),
        new("app_name", ColumnKind.Text, r => Cell.Text(r.Figures.Name)),
        new("app_status", ColumnKind.Text, r => Cell.Text(r.Figures.Status)),
        new("category", ColumnKind.Text, r => Cell.Text(r.Figures.Category)),
        new("model_name", ColumnKind.Text, r => Cell.Text(r.Figures.Model)),
        .. OfPeople<AppFigures>(
            scope,
            new("creator_id", ColumnKind.Text, r => Cell.Text(r.Figures.CreatorId)),
            new("creator_name", ColumnKind.Text, r => Cell.Text(r.Figures.CreatorName)),
            new("creator_email", ColumnKind.Text, r => Cell.Text(r.Figures.CreatorEmail))),
        new("created_at", ColumnKind.Date, r => Cell.Date(r.Figures.CreatedAt)),
        new("published_at", ColumnKind.Date, r => Cell.Date(r.Figures.PublishedAt)),
        new("unique_users", ColumnKind.Integer, r => Cell.Integer(r.Figures.UniqueUsers)),
        new("new_users", ColumnKind.Integer, r => Cell.Integer(r.Figures.NewUsers)),
        new("returning_users", ColumnKind.Integer, r => Cell.Integer(r.Figures.ReturningUsers)),
        new("sessions", ColumnKind.Integer, r => Cell.Integer(r.Figures.Sessions)),
        new("user_messages", ColumnKind.Integer, r => Cell.Integer(r.Figures.UserMessages)),
        new("messages_total", ColumnKind.Integer, r => Cell.Integer(r.Figures.MessagesTotal)),
        new("avg_messages_per_session", ColumnKind.Average, r => Cell.Decimal(r.Figures.MessagesPerSession)),
        new("avg_session_duration_seconds", ColumnKind.Average, r => Cell.Decimal(r.Figures.AverageDurationSeconds)),
        new("median_session_duration_seconds", ColumnKind.Average, r => Cell.Decimal(r.Figures.MedianDurationSeconds)),
        new("flagged_messages", ColumnKind.Integer, r => Cell.Integer(r.Figures.FlaggedMessages)),
        new("moderated_messages", ColumnKind.Integer, r => Cell.Integer(r.Figures.ModeratedMessages)),
        new("feedback_biased", ColumnKind.Integer, r => Cell.Integer(r.Figures.BiasedMessages)),
        new("feedback_inaccurate", ColumnKind.Integer, r => Cell.Integer(r.Figures.InaccurateMessages)),
        new("feedback_inappropriate", ColumnKind.Integer, r => Cell.Integer(r.Figures.InappropriateMessages)),
        new("last_used_at", ColumnKind.Date, r => Cell.Date(r.Figures.LastUsedAt)),
    ];

    public static IReadOnlyList<Column<Monthly<CategoryFigures>>> Categories(AnalyticsScope scope) =>
    [
        .. Start<CategoryFigures>(scope),
        new("category", ColumnKind.Text, r => Cell.Text(r.Figures.Category)),
        new("active_apps", ColumnKind.Integer, r => Cell.Integer(r.Figures.ActiveApps)),
        new("active_apps_share", ColumnKind.Ratio, r => Cell.Decimal(r.Figures.ActiveAppsShare)),
        new("published_apps", ColumnKind.Integer, r => Cell.Integer(r.Figures.PublishedApps)),
        new("unique_users", ColumnKind.Integer, r => Cell.Integer(r.Figures.UniqueUsers)),
        new("sessions", ColumnKind.Integer, r => Cell.Integer(r.Figures.Sessions)),
        new("messages_total", ColumnKind.Integer, r => Cell.Integer(r.Figures.MessagesTotal)),
    ];

    public static IReadOnlyList<Column<Monthly<GeneralFigures>>> General(AnalyticsScope scope) =>
    [
        .. Start<GeneralFigures>(scope),
        new("org_name", ColumnKind.Text, _ => Cell.Text(scope.Organization.Name)),
        new("workspaces", ColumnKind.Integer, r => Cell.Integer(r.Figures.Workspaces)),
        new("members_total", ColumnKind.Integer, r => Cell.Integer(r.Figures.MembersTotal)),
        new("members_active", ColumnKind.Integer, r => Cell.Integer(r.Figures.MembersActive)),
        new("creators_active", ColumnKind.Integer, r => Cell.Integer(r.Figures.CreatorsActive)),
        new("apps_total", ColumnKind.Integer, r => Cell.Integer(r.Figures.AppsTotal)),
        new("apps_published_total", ColumnKind.Integer, r => Cell.Integer(r.Figures.AppsPublishedTotal)),
        new("apps_created", ColumnKind.Integer, r => Cell.Integer(r.Figures.AppsCreated)),
        new("apps_published", ColumnKind.Integer, r => Cell.Integer(r.Figures.AppsPublished)),
        new("apps_active", ColumnKind.Integer, r => Cell.Integer(r.Figures.AppsActive)),
        new("sessions", ColumnKind.Integer, r => Cell.Integer(r.Figures.Sessions)),
        new("user_messages", ColumnKind.Integer, r => Cell.Integer(r.Figures.UserMessages)),
        new("messages_total", ColumnKind.Integer, r => Cell.Integer(r.Figures.MessagesTotal)),
        new("avg_messages_per_session", ColumnKind.Average, r => Cell.Decimal(r.Figures.MessagesPerSession)),
        new("flagged_messages", ColumnKind.Integer, r => Cell.Integer(r.Figures.FlaggedMessages)),
        new("moderated_messages", ColumnKind.Integer, r => Cell.Integer(r.Figures.ModeratedMessages)),
        new("top_category", ColumnKind.Text, r => Cell.Text(r.Figures.TopCategory)),
        new("top_model", ColumnKind.Text, r => Cell.Text(r.Figures.TopModel)),
    ];

    private static IReadOnlyList<Column<Monthly<TFigures>>> Start<TFigures>(AnalyticsScope scope) =>
    [
        new("month", ColumnKind.Month, r => Cell.Text(r.Month.ToString())),
        new("is_partial_month", ColumnKind.Boolean, r => Cell.Boolean(r.IsPartial)),
        new("org_id", ColumnKind.Text, _ => Cell.Text(scope.Organization.PublicId)),
    ];

    private static ReadOnlySpan<Column<Monthly<TFigures>>> OfPeople<TFigures>(
        AnalyticsScope scope, params Column<Monthly<TFigures>>[] columns) => scope.IsIdentified ? columns : [];

    private static string Json(IReadOnlyList<KeyValuePair<string, int>> counts) => counts.Count == 0
        ? "{}"
        : $"{{{string.Join(',', counts.Select(c => FormattableString.Invariant($"{JsonOutput.Quote(c.Key)}:{c.Value}")))}}}";
}
