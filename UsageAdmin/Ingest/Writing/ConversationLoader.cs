using System.Runtime.InteropServices;
using System.Text.Json;
using UsageAdmin.Data;
using UsageAdmin.Data.RollUps;
using UsageAdmin.Data.Schema;

namespace UsageAdmin.Ingest.Writing;

/// <summary>Reads stored conversations into memory.</summary>
internal sealed class ConversationLoader(ImportScope scope)
{
    /// <summary>
    /// Names the index: with few columns after it, and no statistics, SQLite reads all actions of the workspace instead.
    /// </summary>
    internal static string ActionsOfConversation(SqlDialect sql) =>
        $"""
        SELECT used_at, ordinal, seq, external_id, action_name_id, user_id, status
        FROM {sql.Indexed("action_use", "ix_action_use_conversation")}
        WHERE workspace_id = ?1 AND conversation_no = ?2 ORDER BY ordinal
        """;

    private const MessageMarks MarksWithRows = MessageMarks.HasFeedback | MessageMarks.HasModeration | MessageMarks.HasFiles;

    private readonly string _actions = ActionsOfConversation(scope.Session.Sql);

    private readonly Statement _find = scope.Session.Prepare(
        "SELECT source_id, created_at, no FROM conversation WHERE workspace_id = ?1 AND external_id = ?2");

    private readonly Statement _findAll = scope.Session.Prepare(
        $"""
        SELECT source_id, created_at, no, external_id FROM conversation
        WHERE workspace_id = ?1 AND {scope.Session.Sql.IsOneOf("external_id", "?2")}
        """);

    private readonly Dictionary<string, ((long CreatedAt, long No)? Key, bool IsTaken)> _ahead = new(StringComparer.Ordinal);

    /// <summary>
    /// Looks conversations up together that <see cref="Find"/> is asked for next, within the same transaction. What was looked
    /// up before is forgotten.
    /// </summary>
    public void LookAhead(IEnumerable<string> externalIds)
    {
        _ahead.Clear();
        foreach (var id in externalIds)
        {
            _ahead[id] = default;
        }

        if (_ahead.Count == 0)
        {
            return;
        }

        _findAll.Bind(1, scope.WorkspaceId).Bind(2, JsonSerializer.Serialize(_ahead.Keys));
        while (_findAll.Step())
        {
            ref var found = ref CollectionsMarshal.GetValueRefOrNullRef(_ahead, _findAll.Text(3)!);
            if (_findAll.Number(0) == scope.SourceId)
            {
                found.Key = (_findAll.Number(1), _findAll.Number(2));
            }
            else
            {
                found.IsTaken = true;
            }
        }

        _findAll.Reset();
    }

    /// <summary>This source's conversation has this key now.</summary>
    public void Moved(string externalId, (long CreatedAt, long No) key)
    {
        if (_ahead.TryGetValue(externalId, out var found))
        {
            _ahead[externalId] = (key, found.IsTaken);
        }
    }

    /// <summary>
    /// The key of this source's conversation, null where there is none; and whether another source of the workspace has one
    /// with the same id.
    /// </summary>
    public (long CreatedAt, long No)? Find(string externalId, out bool isTaken)
    {
        if (_ahead.TryGetValue(externalId, out var ahead))
        {
            isTaken = ahead.IsTaken;
            return ahead.Key;
        }

        isTaken = false;
        (long, long)? found = null;
        _find.Bind(1, scope.WorkspaceId).Bind(2, externalId);
        while (_find.Step())
        {
            if (_find.Number(0) == scope.SourceId)
            {
                found = (_find.Number(1), _find.Number(2));
            }
            else
            {
                isTaken = true;
            }
        }

        _find.Reset();
        return found;
    }

    /// <summary>The id of this source's conversation that has a message around a time; null: there is none.</summary>
    /// <param name="at">Milliseconds; the message's roll-up row is at most one slot away.</param>
    public string? FindByMessage(string messageId, long at)
    {
        var slot = QuarterHour.StartOf(at);
        var select = scope.Session.Prepare(
                $"""
                SELECT c.external_id FROM
                    (SELECT DISTINCT conversation_created_at, conversation_no FROM usage_slot
                     WHERE workspace_id = ?1 AND slot BETWEEN ?2 AND ?3) s
                    {scope.Session.Sql.JoinInOrder} message m ON m.workspace_id = ?1 AND m.conversation_created_at = s.conversation_created_at
                        AND m.conversation_no = s.conversation_no AND m.external_id = ?4
                    {scope.Session.Sql.JoinInOrder} conversation c ON c.workspace_id = ?1 AND c.created_at = s.conversation_created_at
                        AND c.no = s.conversation_no AND c.source_id = ?5
                LIMIT 1
                """)
            .Bind(1, scope.WorkspaceId).Bind(2, slot - QuarterHour.Milliseconds).Bind(3, slot + QuarterHour.Milliseconds)
            .Bind(4, messageId).Bind(5, scope.SourceId);
        var id = select.Step() ? select.Text(0) : null;
        select.Reset();
        return id;
    }

    public long UserOf((long CreatedAt, long No) key) =>
        Prepare("SELECT user_id FROM conversation WHERE workspace_id = ?1 AND created_at = ?2 AND no = ?3", key)
            .FirstNumber()!.Value;

    public ConversationState Load(string externalId, (long CreatedAt, long No) key)
    {
        var row = ReadRow(key);
        var conversation = new ConversationState { ExternalId = externalId, No = key.No, Stored = row, Row = row };
        ReadMessages(conversation, key);
        if ((Marks(conversation) & MarksWithRows) != 0)
        {
            ReadFeedback(conversation, key);
            ReadModeration(conversation, key);
            ReadFiles(conversation, key);
        }

        ReadActions(conversation, key);
        conversation.StoredParts.Slots = RollUp.Slots(conversation);
        return conversation;
    }

    private static MessageMarks Marks(ConversationState conversation)
    {
        var marks = MessageMarks.None;
        foreach (var message in conversation.Messages)
        {
            marks |= message.Marks;
        }

        return marks;
    }

    private Statement Prepare(string sql, (long CreatedAt, long No) key) =>
        scope.Session.Prepare(sql).Bind(1, scope.WorkspaceId).Bind(2, key.CreatedAt).Bind(3, key.No);

    private ConversationRow ReadRow((long CreatedAt, long No) key)
    {
        var row = Prepare(
            """
            SELECT has_source_created_at, public_id, user_id, app_id, project_id, section_id, model_id, temperature, title,
                channel, deployment, source_ended_at, deleted_at, created_by_import_id, changed_by_import_id,
                message_count, user_message_count, flagged_message_count, moderated_message_count, marks,
                content_json_bytes, ended_at, last_model_id, missing_since_import_id
            FROM conversation WHERE workspace_id = ?1 AND created_at = ?2 AND no = ?3
            """, key);
        row.Step();
        var conversation = new ConversationRow
        {
            CreatedAt = key.CreatedAt,
            HasSourceCreatedAt = row.Number(0) != 0,
            PublicId = row.Text(1),
            UserId = row.Number(2),
            AppId = row.NullableNumber(3),
            ProjectId = row.NullableNumber(4),
            SectionId = row.NullableNumber(5),
            ModelId = row.NullableNumber(6),
            Temperature = row.NullableReal(7),
            Title = row.Text(8),
            Channel = row.Text(9),
            Deployment = row.Text(10),
            SourceEndedAt = row.NullableNumber(11),
            DeletedAt = row.NullableNumber(12),
            CreatedByImportId = row.NullableNumber(13),
            ChangedByImportId = row.NullableNumber(14),
            MissingSinceImportId = row.NullableNumber(23),
            Counters = new Counters(
                row.Number(15), row.Number(16), row.Number(17), row.Number(18), (MessageMarks)row.Number(19),
                row.Number(20), row.NullableNumber(21), row.NullableNumber(22)),
        };
        row.Reset();
        return conversation;
    }

    private void ReadMessages(ConversationState conversation, (long CreatedAt, long No) key)
    {
        var select = Prepare(
            """
            SELECT seq, created_at, source, marks, model_id, parent_seq, input_tokens, output_tokens, cached_input_tokens,
                cache_creation_tokens, reasoning_tokens, cost_micro_usd, external_id, content
            FROM message WHERE workspace_id = ?1 AND conversation_created_at = ?2 AND conversation_no = ?3 ORDER BY seq
            """, key);
        while (select.Step())
        {
            var row = new MessageRow(
                select.Number(1), (MessageSource)select.Number(2), (MessageMarks)select.Number(3), select.NullableNumber(4),
                select.NullableNumber(5),
                new Tokens(
                    select.NullableNumber(6), select.NullableNumber(7), select.NullableNumber(8), select.NullableNumber(9),
                    select.NullableNumber(10), select.NullableNumber(11)));
            conversation.Add(new MessageState(select.Text(12)!)
            {
                Stored = new(row),
                StoredSeq = select.Number(0),
                Seq = select.Number(0),
                CreatedAt = row.CreatedAt,
                Source = row.Source,
                OwnMarks = row.Marks & MessageState.OwnKinds,
                Marks = row.Marks,
                ModelId = row.ModelId,
                Tokens = row.Tokens,
                Content = select.IsNull(13) ? null : select.Utf8(13).ToArray(),
            });
        }

        select.Reset();
        foreach (var message in conversation.Messages)
        {
            message.Parent = message.Stored?.Value.ParentSeq is { } seq ? conversation.Messages[(int)seq] : null;
        }
    }

    private void ReadFeedback(ConversationState conversation, (long CreatedAt, long No) key)
    {
        var select = Prepare(
            """
            SELECT seq, ordinal, external_id, user_id, rating, marks, created_at, reason, comment FROM message_feedback
            WHERE workspace_id = ?1 AND conversation_created_at = ?2 AND conversation_no = ?3 ORDER BY seq, ordinal
            """, key);
        while (select.Step())
        {
            var row = new FeedbackRow(
                select.Number(0), select.Number(1), select.Text(2)!, select.NullableNumber(3), select.NullableNumber(4),
                (MessageMarks)select.Number(5), select.NullableNumber(6), select.Text(7), select.Text(8));
            conversation.StoredParts.Feedback.Add(row);
            conversation.Feedback.Add(new FeedbackState(row.Id, conversation.Messages[(int)row.Seq])
            {
                UserId = row.UserId,
                Rating = row.Rating,
                Marks = row.Marks,
                CreatedAt = row.CreatedAt,
                Reason = row.Reason,
                Comment = row.Comment,
            });
        }

        select.Reset();
    }

    private void ReadModeration(ConversationState conversation, (long CreatedAt, long No) key)
    {
        var select = Prepare(
            """
            SELECT seq, ordinal, external_id, provider, category, flagged, score, action, moderated_at
            FROM message_moderation
            WHERE workspace_id = ?1 AND conversation_created_at = ?2 AND conversation_no = ?3 ORDER BY seq, ordinal
            """, key);
        while (select.Step())
        {
            var row = new ModerationRow(
                select.Number(0), select.Number(1), select.Text(2)!, select.Text(3), select.Text(4)!,
                select.Number(5) != 0, select.NullableReal(6), select.Text(7), select.NullableNumber(8));
            conversation.StoredParts.Moderation.Add(row);
            conversation.Moderation.Add(new ModerationState(
                row.Id, conversation.Messages[(int)row.Seq], row.Provider, row.Category, row.Flagged, row.Score, row.Action,
                row.ModeratedAt));
        }

        select.Reset();
    }

    private void ReadFiles(ConversationState conversation, (long CreatedAt, long No) key)
    {
        var select = Prepare(
            """
            SELECT seq, ordinal, external_id, name, media_type, bytes, uploaded_at FROM message_file
            WHERE workspace_id = ?1 AND conversation_created_at = ?2 AND conversation_no = ?3 ORDER BY seq, ordinal
            """, key);
        while (select.Step())
        {
            var row = new FileRow(
                select.Number(0), select.Number(1), select.Text(2)!, select.Text(3), select.Text(4),
                select.NullableNumber(5), select.NullableNumber(6));
            conversation.StoredParts.Files.Add(row);
            conversation.Files.Add(new FileState(row.Id, conversation.Messages[(int)row.Seq])
            {
                Name = row.Name,
                MediaType = row.MediaType,
                Bytes = row.Bytes,
                UploadedAt = row.UploadedAt,
            });
        }

        select.Reset();
    }

    private void ReadActions(ConversationState conversation, (long CreatedAt, long No) key)
    {
        var select = scope.Session.Prepare(_actions).Bind(1, scope.WorkspaceId).Bind(2, key.No);
        while (select.Step())
        {
            var row = new ActionRow(
                select.Number(0), select.Number(1), select.NullableNumber(2), select.Text(3)!, select.Number(4),
                select.Number(5), select.Text(6));
            conversation.StoredParts.Actions.Add(row);
            var message = row.Seq is { } seq ? conversation.Messages[(int)seq] : null;
            conversation.Actions.Add(new ActionState(row.Id)
            {
                Message = message,
                NameId = row.NameId,
                UserId = row.UserId == conversation.Row.UserId ? null : row.UserId,
                Status = row.Status,

                // What has its message's time goes with it, because nobody says otherwise.
                UsedAt = row.UsedAt == (message?.CreatedAt ?? key.CreatedAt) ? null : row.UsedAt,
            });
        }

        select.Reset();
    }
}
