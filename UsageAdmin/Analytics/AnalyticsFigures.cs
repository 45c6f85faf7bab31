namespace UsageAdmin.Analytics;

/// <summary>
/// An organisation in a period: a row of <c>general-analytics.csv</c> for a month, the page's figures for its whole range.
/// Messages count at their own time (decisions.md 3).
/// </summary>
/// <param name="Workspaces">Those that are counted together.</param>
/// <param name="MembersTotal">People with a stay in one of the workspaces at the period's end.</param>
/// <param name="MembersActive">People with at least one message in a conversation of theirs.</param>
/// <param name="CreatorsActive">People who created at least one of the active apps.</param>
/// <param name="AppsTotal">Created up to the period's end, archived ones too; an app without a known creation counts from
/// its workspace's first data on.</param>
/// <param name="AppsPublishedTotal">Those of them that had been published, archived ones too.</param>
/// <param name="AppsPublished">First published in the period.</param>
/// <param name="AppsActive">Apps with at least one message.</param>
/// <param name="Sessions">Conversations with at least one message.</param>
/// <param name="UserMessages">Messages with source <c>user</c>.</param>
/// <param name="MessagesTotal">All exported messages.</param>
/// <param name="TopCategory">The category with the most messages, by name among equals; null: none.</param>
/// <param name="TopModel">The model with the most messages, by name among equals; null: none known.</param>
public sealed record GeneralFigures(
    int Workspaces, int MembersTotal, int MembersActive, int CreatorsActive, int AppsTotal, int AppsPublishedTotal,
    int AppsCreated, int AppsPublished, int AppsActive, long Sessions, long UserMessages, long MessagesTotal,
    long FlaggedMessages, long ModeratedMessages, string? TopCategory, string? TopModel)
{
    /// <summary>Two decimals, half away from zero; null without sessions.</summary>
    public decimal? MessagesPerSession => Ratio.Of(MessagesTotal, Sessions, 2);
}

/// <summary>A person in a period: a row of <c>user-analytics.csv</c> for a month.</summary>
/// <param name="UserId">A pseudonym where user-level data is off; <c>unknown</c> for what nobody is named for.</param>
/// <param name="Name">Null in pseudonymous mode, and while unknown; likewise <paramref name="Email"/>.</param>
/// <param name="Role"><c>member</c>, <c>editor</c> or <c>admin</c> at the period's end, the highest over the workspaces;
/// null in pseudonymous mode where too few people have it.</param>
/// <param name="Workspaces">Workspaces that the person belongs to at the period's end.</param>
/// <param name="AppsCreatedTotal">Created up to the period's end, archived ones too; likewise published.</param>
/// <param name="AppCategories">Active apps of the person's own by category, most first, then by name.</param>
/// <param name="ConversationsStarted">Conversations whose start lies in the period.</param>
/// <param name="MessagesSent">Messages with source <c>user</c>.</param>
/// <param name="ActiveDays">Days of the reporting zone with at least one message.</param>
/// <param name="UsersReached">People with a message on the person's own apps, the person included.</param>
/// <param name="LastActiveAt">The last of the active days; null: none.</param>
public sealed record UserFigures(
    string UserId, string? Name, string? Email, string? Role, int Workspaces, int AppsCreated, int AppsPublished,
    int AppsCreatedTotal, int AppsPublishedTotal, IReadOnlyList<KeyValuePair<string, int>> AppCategories,
    int ConversationsStarted, long MessagesSent, int ActiveDays, int UsersReached, long ConversationsOnOwnApps,
    DateOnly? LastActiveAt)
{
    /// <summary>What to show: name, else address, else id.</summary>
    public string Label => Name ?? Email ?? UserId;
}

/// <summary>An app in a period and its workspace: a row of <c>app-analytics.csv</c> for a month.</summary>
/// <param name="AppId">Empty for the workspace's chats without app; <see cref="Other"/> for small apps together.</param>
/// <param name="Status"><c>draft</c>, <c>published</c> or <c>archived</c>; null for chats without app and for small apps
/// together, as are the other attributes.</param>
/// <param name="CreatorId">Null in pseudonymous mode, with name and address.</param>
/// <param name="CreatedAt">A day of the reporting zone; likewise <paramref name="PublishedAt"/>.</param>
/// <param name="NewUsers">People whose first message with the app lies in the period.</param>
/// <param name="AverageDurationSeconds">Of the conversations that started in the period, from start to end; two decimals.</param>
/// <param name="LastUsedAt">The last day of the period with a message; null: none.</param>
public sealed record AppFigures(
    string WorkspaceId, string? WorkspaceName, string AppId, string? Name, string? Status, string? Category,
    string? Model, string? CreatorId, string? CreatorName, string? CreatorEmail, DateOnly? CreatedAt,
    DateOnly? PublishedAt, int UniqueUsers, int NewUsers, long Sessions, long UserMessages, long MessagesTotal,
    decimal? AverageDurationSeconds, decimal? MedianDurationSeconds, long FlaggedMessages, long ModeratedMessages,
    long BiasedMessages, long InaccurateMessages, long InappropriateMessages, DateOnly? LastUsedAt)
{
    /// <summary>The id of the row that small groups are merged into.</summary>
    public const string Other = "other";

    public int ReturningUsers => UniqueUsers - NewUsers;

    /// <summary>Two decimals, half away from zero; null without sessions.</summary>
    public decimal? MessagesPerSession => Ratio.Of(MessagesTotal, Sessions, 2);

    /// <summary>Chats that no app was used for.</summary>
    public bool IsWithoutApp => AppId.Length == 0;
}

/// <summary>A category of apps in a period: a row of <c>category-analytics.csv</c> for a month.</summary>
/// <param name="Category"><see cref="Uncategorized"/> for apps without one.</param>
/// <param name="ActiveAppsShare">Four decimals; a period's shares add up to exactly 1. Null without active apps.</param>
/// <param name="PublishedApps">Published up to the period's end, archived ones too.</param>
public sealed record CategoryFigures(
    string Category, int ActiveApps, decimal? ActiveAppsShare, int PublishedApps, int UniqueUsers, long Sessions,
    long MessagesTotal)
{
    public const string Uncategorized = "uncategorized";
}

internal static class Ratio
{
    public static decimal? Of(long part, long whole, int decimals) =>
        whole == 0 ? null : Math.Round((decimal)part / whole, decimals, MidpointRounding.AwayFromZero);
}
