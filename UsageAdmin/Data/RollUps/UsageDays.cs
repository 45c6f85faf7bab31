using UsageAdmin.Data.Schema;

namespace UsageAdmin.Data.RollUps;

/// <summary>Messages of the roll-up, by user, quarter-hour and conversation; ids that are unknown or null are 0.</summary>
public enum MessageColumn
{
    /// <summary>The quarter-hour of the UTC day, 0 to 95.</summary>
    Quarter,
    ConversationNo,
    ModelId,

    /// <summary>Milliseconds since 1970.</summary>
    ConversationCreatedAt,
    UserId,
    AppId,
    SectionId,
    ProjectId,
    UserMessages,

    /// <summary>All exported messages.</summary>
    Messages,
    FlaggedMessages,
    ModeratedMessages,
    BiasedMessages,
    InaccurateMessages,
    InappropriateMessages,
}

/// <summary>What models did, by user, quarter-hour, conversation and model; ids that are unknown or null are 0.</summary>
public enum RequestColumn
{
    /// <summary>The quarter-hour of the UTC day, 0 to 95.</summary>
    Quarter,

    UserId,

    AppId,

    ProjectId,

    ModelId,

    Requests,

    FailedRequests,

    RequestsWithTokens,

    InputTokens,

    OutputTokens,

    CachedInputTokens,

    CacheCreationTokens,

    RequestsWithCost,

    CostMicroUsd,
}

/// <summary>What single answers took and were worth, by quarter-hour, conversation and model; ids as in <see cref="RequestColumn"/>.</summary>
public enum AnswerColumn
{
    /// <summary>The quarter-hour of the UTC day, 0 to 95.</summary>
    Quarter,

    AppId,

    ProjectId,

    ModelId,

    /// <summary>−1: no request says how many.</summary>
    MinInputTokens,

    MaxInputTokens,

    MinOutputTokens,

    MaxOutputTokens,

    Responses,

    ResponseMilliseconds,

    PositiveRatings,

    NegativeRatings,
}

/// <summary>
/// Messages that were made with a tool: one row for each message and name of a tool, at the time of its first use. A use
/// whose message is unknown has a row of its own.
/// </summary>
public enum ActionColumn
{
    /// <summary>Milliseconds since the day began.</summary>
    Time,

    UserId,

    ActionNameId,
}

/// <summary>The conversations that started on a day, in order of their start.</summary>
public enum StartColumn
{
    /// <summary>Milliseconds since 1970.</summary>
    CreatedAt,
    UserId,
}

/// <summary>
/// What the conversations that started on a day are chosen by, and hold, in order of their start, then number; an app or
/// section that is null is 0.
/// </summary>
public enum ConversationColumn
{
    /// <summary>Milliseconds since 1970.</summary>
    CreatedAt,
    No,
    UserId,
    AppId,
    SectionId,

    /// <summary><see cref="MessageMarks"/> of all of its messages.</summary>
    Marks,
    Messages,
    UserMessages,
    FlaggedMessages,
    ModeratedMessages,

    /// <summary>Of its messages' content in JSON.</summary>
    ContentBytes,
}

/// <summary>How long conversations took that started on a day, in order of their start; an app that is null is 0.</summary>
public enum DurationColumn
{
    /// <summary>Milliseconds since 1970.</summary>
    CreatedAt,
    AppId,

    /// <summary>Milliseconds from the start to the end.</summary>
    Duration,
}

/// <summary>Who used what on a day: distinct users and apps; 0 stands for no app.</summary>
public enum PairColumn
{
    UserId,
    AppId,
}

/// <summary>
/// The roll-up by day of UTC, packed into columns once a day has come to rest: a year of it is read in a fraction of the
/// time. Days that are not packed are read from the tables, with the same result.
/// </summary>
public static class UsageDays
{
    public const long Milliseconds = 24 * 60 * 60 * 1000;

    public static long DayOf(long milliseconds) =>
        milliseconds - (((milliseconds % Milliseconds) + Milliseconds) % Milliseconds);

    public static DayRows<MessageColumn> Messages() => new(
        PackedKind.Messages,
        """
        SELECT (slot - ?2) / 900000, conversation_no, model_id, conversation_created_at, user_id, coalesce(app_id, 0),
            coalesce(section_id, 0), coalesce(project_id, 0), user_messages, user_messages + provider_messages + user_start_messages,
            flagged_messages, moderated_messages, biased_messages, inaccurate_messages, inappropriate_messages
        FROM usage_slot WHERE workspace_id = ?1 AND slot >= ?2 AND slot < ?3
            AND user_messages + provider_messages + user_start_messages > 0
        ORDER BY user_id, slot, conversation_no, model_id
        """);

    public static DayRows<RequestColumn> Requests() => new(
        PackedKind.Requests,
        """
        SELECT (slot - ?2) / 900000, user_id, coalesce(app_id, 0), coalesce(project_id, 0), model_id, requests, failed_requests,
            requests_with_tokens, input_tokens, output_tokens, cached_input_tokens, cache_creation_tokens,
            requests_with_cost, cost_micro_usd
        FROM usage_slot WHERE workspace_id = ?1 AND slot >= ?2 AND slot < ?3 AND requests > 0
        ORDER BY user_id, slot, conversation_no, model_id
        """);

    public static DayRows<AnswerColumn> Answers() => new(
        PackedKind.Answers,
        """
        SELECT (slot - ?2) / 900000, coalesce(app_id, 0), coalesce(project_id, 0), model_id, coalesce(min_input_tokens, -1),
            coalesce(max_input_tokens, -1), coalesce(min_output_tokens, -1), coalesce(max_output_tokens, -1), responses,
            response_milliseconds, positive_ratings, negative_ratings
        FROM usage_slot WHERE workspace_id = ?1 AND slot >= ?2 AND slot < ?3 AND requests > 0
        ORDER BY slot, conversation_no, model_id
        """);

    /// <remarks>Left alone, SQLite looks through all earlier uses of the workspace instead of the conversation's few.</remarks>
    public static DayRows<ActionColumn> Actions() => new(
        PackedKind.Actions,
        sql => $"""
        SELECT used_at - ?2, user_id, action_name_id FROM action_use a
        WHERE workspace_id = ?1 AND used_at >= ?2 AND used_at < ?3 AND (a.seq IS NULL OR NOT EXISTS (
            SELECT 1 FROM {sql.Indexed("action_use b", "ix_action_use_conversation")} WHERE b.workspace_id = ?1
                AND b.conversation_no = a.conversation_no AND b.seq = a.seq AND b.action_name_id = a.action_name_id
                AND (b.used_at, b.ordinal) < (a.used_at, a.ordinal)))
        ORDER BY user_id, used_at, conversation_no, ordinal
        """);

    public static DayRows<StartColumn> Starts() => new(
        PackedKind.Starts,
        """
        SELECT created_at, user_id FROM conversation
        WHERE workspace_id = ?1 AND created_at >= ?2 AND created_at < ?3 ORDER BY created_at, no
        """);

    public static DayRows<ConversationColumn> Conversations() => new(
        PackedKind.Conversations,
        """
        SELECT created_at, no, user_id, coalesce(app_id, 0), coalesce(section_id, 0), marks, message_count, user_message_count,
            flagged_message_count, moderated_message_count, content_json_bytes FROM conversation
        WHERE workspace_id = ?1 AND created_at >= ?2 AND created_at < ?3 ORDER BY created_at, no
        """);

    /// <summary>Conversations without an end, or with one before their start, are left out.</summary>
    public static DayRows<DurationColumn> Durations() => new(
        PackedKind.Durations,
        """
        SELECT created_at, coalesce(app_id, 0), ended_at - created_at FROM conversation
        WHERE workspace_id = ?1 AND created_at >= ?2 AND created_at < ?3 AND ended_at >= created_at
        ORDER BY created_at, no
        """);

    public static DayRows<PairColumn> Pairs() => new(
        PackedKind.Pairs,
        """
        SELECT DISTINCT user_id, coalesce(app_id, 0) FROM usage_slot WHERE workspace_id = ?1 AND slot >= ?2 AND slot < ?3
            AND user_messages + provider_messages + user_start_messages > 0 ORDER BY 1, 2
        """);

    /// <summary>The first day on which the workspace has anything, as milliseconds; null: it has nothing.</summary>
    public static long? First(UsageSession session, long workspaceId)
    {
        var row = session.Prepare("SELECT min(day) FROM usage_day WHERE workspace_id = ?1").Bind(1, workspaceId);
        var first = row.Step() ? row.NullableNumber(0) : null;
        row.Reset();
        return first;
    }

    /// <summary>
    /// The days of a range on which the workspace has anything, oldest first, as milliseconds.
    /// </summary>
    /// <param name="from">Milliseconds since 1970; the day that it lies on is one of them.</param>
    /// <param name="to">Milliseconds since 1970, exclusive.</param>
    public static List<long> Between(UsageSession session, long workspaceId, long from, long to)
    {
        var days = new List<long>();
        var row = session.Prepare("SELECT day FROM usage_day WHERE workspace_id = ?1 AND day >= ?2 AND day < ?3 ORDER BY day")
            .Bind(1, workspaceId).Bind(2, DayOf(from)).Bind(3, to);
        while (row.Step())
        {
            days.Add(row.Number(0));
        }

        row.Reset();
        return days;
    }

    /// <summary>Takes away what is packed of days whose rows the caller's transaction changes.</summary>
    /// <param name="days">First milliseconds.</param>
    public static void MarkChanged(UsageSession session, long workspaceId, IEnumerable<long> days, DateTime nowUtc)
    {
        var put = session.Prepare(
            """
            INSERT INTO usage_day (workspace_id, day, changed_at, is_packed) VALUES (?1, ?2, ?3, 0)
            ON CONFLICT (workspace_id, day) DO UPDATE SET changed_at = excluded.changed_at, is_packed = 0
            """).Bind(1, workspaceId).Bind(3, UnixMilliseconds.From(nowUtc));
        var take = session.Prepare("DELETE FROM packed_day WHERE workspace_id = ?1 AND kind = ?2 AND day = ?3")
            .Bind(1, workspaceId);
        foreach (var day in days)
        {
            put.Bind(2, day).Execute();
            foreach (var kind in Enum.GetValues<PackedKind>())
            {
                take.Bind(2, (long)kind).Bind(3, day).Execute();
            }
        }
    }

    /// <summary>Packs up to <paramref name="most"/> days of one workspace in one transaction.</summary>
    /// <param name="before">Only days that ended at or before this instant.</param>
    /// <param name="unchangedSince">Only days that nobody has changed since.</param>
    /// <returns>How many; 0: there is nothing to do.</returns>
    public static int Pack(UsageDatabase database, DateTime before, DateTime unchangedSince, int most)
    {
        using var session = database.OpenWrite();
        if (FindDue(session, before, unchangedSince) is not var (workspaceId, organizationId))
        {
            return 0;
        }

        session.Begin(WriteLock.Usage(organizationId));
        var due = new List<long>();
        var row = session.Prepare(
            """
            SELECT day FROM usage_day WHERE workspace_id = ?1 AND is_packed = 0 AND changed_at <= ?2 AND day <= ?3
            ORDER BY changed_at, day LIMIT ?4
            """).Bind(1, workspaceId).Bind(2, UnixMilliseconds.From(unchangedSince))
            .Bind(3, UnixMilliseconds.From(before) - Milliseconds).Bind(4, most);
        while (row.Step())
        {
            due.Add(row.Number(0));
        }

        row.Reset();
        var (messages, starts, durations, pairs) = (Messages(), Starts(), Durations(), Pairs());
        var (requests, answers, actions, conversations) = (Requests(), Answers(), Actions(), Conversations());
        var mark = session.Prepare("UPDATE usage_day SET is_packed = 1 WHERE workspace_id = ?1 AND day = ?2");
        foreach (var day in due)
        {
            messages.Pack(session, workspaceId, day);
            starts.Pack(session, workspaceId, day);
            durations.Pack(session, workspaceId, day);
            pairs.Pack(session, workspaceId, day);
            requests.Pack(session, workspaceId, day);
            answers.Pack(session, workspaceId, day);
            actions.Pack(session, workspaceId, day);
            conversations.Pack(session, workspaceId, day);
            mark.Bind(1, workspaceId).Bind(2, day).Execute();
        }

        session.Commit();
        return due.Count;
    }

    /// <summary>The workspace whose day has waited longest, and its organisation.</summary>
    private static (long WorkspaceId, long OrganizationId)? FindDue(
        UsageSession session, DateTime before, DateTime unchangedSince)
    {
        var row = session.Prepare(
            """
            SELECT workspace_id FROM usage_day WHERE is_packed = 0 AND changed_at <= ?1 AND day <= ?2 ORDER BY changed_at LIMIT 1
            """).Bind(1, UnixMilliseconds.From(unchangedSince)).Bind(2, UnixMilliseconds.From(before) - Milliseconds);
        return row.FirstNumber() is { } workspaceId
            ? (workspaceId, session.Prepare("SELECT organization_id FROM workspace WHERE id = ?1")
                .Bind(1, workspaceId).FirstNumber() ?? 0)
            : null;
    }
}
