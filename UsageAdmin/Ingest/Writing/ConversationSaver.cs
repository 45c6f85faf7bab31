using UsageAdmin.Data;
using UsageAdmin.Data.RollUps;

namespace UsageAdmin.Ingest.Writing;

/// <summary>Writes what differs between a conversation in memory and its stored rows, roll-up included.</summary>
internal sealed class ConversationSaver(ImportScope scope)
{
    private static readonly string[] TablesByKey = ["message", "message_feedback", "message_moderation", "message_file"];

    private readonly Rows _conversations = new(
        scope, "conversation", ["workspace_id", "created_at", "no"],
        [
            "source_id", "user_id", "app_id", "project_id", "section_id", "model_id", "last_model_id", "temperature",
            "source_ended_at", "ended_at", "has_source_created_at", "message_count", "user_message_count",
            "flagged_message_count", "moderated_message_count", "marks", "content_json_bytes", "created_by_import_id",
            "changed_by_import_id", "deleted_at", "external_id", "public_id", "title", "channel", "deployment",
            "missing_since_import_id"
        ]);

    private readonly Rows _messages = new(
        scope, "message", KeyInConversation("seq"),
        [
            "created_at", "source", "marks", "model_id", "parent_seq", "input_tokens", "output_tokens",
            "cached_input_tokens", "cache_creation_tokens", "reasoning_tokens", "cost_micro_usd", "external_id",
            "content"
        ]);

    private readonly Rows _feedback = new(
        scope, "message_feedback", KeyInConversation("seq", "ordinal"),
        ["user_id", "rating", "marks", "created_at", "external_id", "reason", "comment"]);

    private readonly Rows _moderation = new(
        scope, "message_moderation", KeyInConversation("seq", "ordinal"),
        ["flagged", "score", "moderated_at", "external_id", "provider", "category", "action"]);

    private readonly Rows _files = new(
        scope, "message_file", KeyInConversation("seq", "ordinal"),
        ["bytes", "uploaded_at", "external_id", "media_type", "name"]);

    private readonly Rows _actions = new(
        scope, "action_use", ["workspace_id", "used_at", "conversation_no", "ordinal"],
        ["conversation_created_at", "seq", "action_name_id", "user_id", "external_id", "status"]);

    private readonly Rows _slots = new(
        scope, "usage_slot", ["workspace_id", "slot", "conversation_no", "model_id"],
        [
            "conversation_created_at", "user_id", "app_id", "project_id", "section_id", "surface", "user_messages",
            "provider_messages", "user_start_messages", "flagged_messages", "moderated_messages", "biased_messages",
            "inaccurate_messages", "inappropriate_messages", "requests", "failed_requests", "input_tokens",
            "output_tokens", "cached_input_tokens", "cache_creation_tokens", "reasoning_tokens", "cost_micro_usd",
            "requests_with_tokens", "requests_with_cost", "min_input_tokens", "max_input_tokens",
            "min_output_tokens", "max_output_tokens", "responses", "response_milliseconds", "positive_ratings",
            "negative_ratings"
        ]);

    /// <summary>Writes what an import has merged.</summary>
    /// <param name="image">The conversation as it was, kept where this import changes it for the first time; null: not needed.</param>
    public Outcome Save(ConversationState conversation, ConversationImage? image)
    {
        var stored = conversation.Stored;
        if (!SaveParts(conversation) && stored is not null && conversation.Row == stored)
        {
            return Outcome.Unchanged;
        }

        if (image is not null)
        {
            Keep(conversation.No, image);
        }

        scope.Moved(conversation.Row.CreatedAt);
        if (stored is not null)
        {
            scope.Moved(stored.CreatedAt);
            DeleteRow(conversation.No, stored.CreatedAt);
        }

        Insert(conversation, stored is null
            ? conversation.Row with { CreatedByImportId = scope.ImportId }
            : conversation.Row with { ChangedByImportId = scope.ImportId });
        return stored is null ? Outcome.Created : Outcome.Changed;
    }

    /// <summary>Keeps a conversation as it was before this import.</summary>
    public void Keep(long no, ConversationImage image) =>
        scope.Session.Prepare("INSERT INTO import_before (import_id, conversation_no, image) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING")
            .Bind(1, scope.ImportId).Bind(2, no).BindBytes(3, image.Pack()).Execute();

    /// <summary>Removes a conversation as it was loaded, with all that belongs to it.</summary>
    public void Remove(ConversationState loaded)
    {
        var createdAt = loaded.Stored!.CreatedAt;
        foreach (var table in TablesByKey)
        {
            Delete(table, loaded, createdAt);
        }

        loaded.StoredParts.Actions.ForEach(action => DeleteAction(loaded.No, action));
        loaded.StoredParts.Slots.ForEach(slot => DeleteSlot(loaded.No, slot));
        scope.Moved(createdAt);
        DeleteRow(loaded.No, createdAt);
    }

    /// <summary>Puts a conversation back as it was.</summary>
    public void Restore(ConversationState conversation)
    {
        SaveParts(conversation);
        scope.Moved(conversation.Row.CreatedAt);
        Insert(conversation, conversation.Row);
    }

    /// <returns>Whether any row differed.</returns>
    private bool SaveParts(ConversationState conversation)
    {
        var stored = conversation.Stored;
        var isMoved = stored is not null && stored.CreatedAt != conversation.Row.CreatedAt;
        if (isMoved)
        {
            foreach (var table in TablesByKey)
            {
                Delete(table, conversation, stored!.CreatedAt);
            }
        }

        var isChanged = SaveMessages(conversation, isMoved);
        isChanged |= SaveFeedback(conversation, isMoved);
        isChanged |= SaveModeration(conversation, isMoved);
        isChanged |= SaveFiles(conversation, isMoved);
        isChanged |= SaveActions(conversation, isMoved);
        SaveSlots(conversation);
        return isChanged;
    }

    private void DeleteRow(long no, long createdAt) =>
        scope.Session.Prepare("DELETE FROM conversation WHERE workspace_id = ?1 AND created_at = ?2 AND no = ?3")
            .Bind(1, scope.WorkspaceId).Bind(2, createdAt).Bind(3, no).Execute();

    private void Insert(ConversationState conversation, ConversationRow row)
    {
        var counters = row.Counters;
        _conversations.Of(conversation)
            .Bind(1, scope.WorkspaceId).Bind(2, row.CreatedAt).Bind(3, conversation.No).Bind(4, scope.SourceId)
            .Bind(5, row.UserId).Bind(6, row.AppId).Bind(7, row.ProjectId).Bind(8, row.SectionId).Bind(9, row.ModelId)
            .Bind(10, counters.LastModelId).Bind(11, row.Temperature).Bind(12, row.SourceEndedAt)
            .Bind(13, counters.EndedAt).Bind(14, row.HasSourceCreatedAt ? 1 : 0).Bind(15, counters.Messages)
            .Bind(16, counters.UserMessages).Bind(17, counters.FlaggedMessages).Bind(18, counters.ModeratedMessages)
            .Bind(19, (long)counters.Marks).Bind(20, counters.ContentJsonBytes).Bind(21, row.CreatedByImportId)
            .Bind(22, row.ChangedByImportId).Bind(23, row.DeletedAt).Bind(24, conversation.ExternalId)
            .Bind(25, row.PublicId).Bind(26, row.Title).Bind(27, row.Channel).Bind(28, row.Deployment)
            .Bind(29, row.MissingSinceImportId).Execute();
    }

    private bool SaveMessages(ConversationState conversation, bool isMoved)
    {
        var isChanged = false;
        var counts = scope.Report.Of("messages");
        foreach (var message in conversation.Messages)
        {
            var row = message.Row;
            var differs = message.IsContentChanged || message.Stored?.Value != row;
            if (message.IsMentioned)
            {
                counts.Add(message.Stored is null ? Outcome.Created : differs ? Outcome.Changed : Outcome.Unchanged);
            }

            if (!isMoved && !differs && message.StoredSeq == message.Seq)
            {
                continue;
            }

            isChanged = true;
            scope.Report.MessagesWritten++;
            var put = _messages.Of(conversation);
            put
                .Bind(1, scope.WorkspaceId).Bind(2, conversation.Row.CreatedAt).Bind(3, conversation.No)
                .Bind(4, message.Seq).Bind(5, row.CreatedAt).Bind(6, (long)row.Source).Bind(7, (long)row.Marks)
                .Bind(8, row.ModelId).Bind(9, row.ParentSeq).Bind(10, row.Tokens.Input).Bind(11, row.Tokens.Output)
                .Bind(12, row.Tokens.CachedInput).Bind(13, row.Tokens.CacheCreation).Bind(14, row.Tokens.Reasoning)
                .Bind(15, row.Tokens.CostMicroUsd).Bind(16, message.Id);
            _ = message.Content is null ? put.BindNull(17) : put.BindUtf8(17, message.Content);
            put.Execute();
        }

        return isChanged;
    }

    private bool SaveFeedback(ConversationState conversation, bool isMoved)
    {
        if (conversation.Feedback.Count + conversation.StoredParts.Feedback.Count == 0)
        {
            return false;
        }

        var ordinals = new Ordinals();
        var rows = conversation.Feedback.ConvertAll(f => new FeedbackRow(
            f.Message.Seq, ordinals.Next(f.Message), f.Id, f.UserId, f.Rating, f.Marks, f.CreatedAt, f.Reason, f.Comment));
        if (!Replace("message_feedback", conversation, conversation.StoredParts.Feedback, rows, isMoved))
        {
            return false;
        }

        foreach (var row in rows)
        {
            Key(_feedback, conversation)
                .Bind(4, row.Seq).Bind(5, row.Ordinal).Bind(6, row.UserId).Bind(7, row.Rating).Bind(8, (long)row.Marks)
                .Bind(9, row.CreatedAt).Bind(10, row.Id).Bind(11, row.Reason).Bind(12, row.Comment).Execute();
        }

        return true;
    }

    private bool SaveModeration(ConversationState conversation, bool isMoved)
    {
        if (conversation.Moderation.Count + conversation.StoredParts.Moderation.Count == 0)
        {
            return false;
        }

        var ordinals = new Ordinals();
        var rows = conversation.Moderation.ConvertAll(m => new ModerationRow(
            m.Message.Seq, ordinals.Next(m.Message), m.Id, m.Provider, m.Category, m.Flagged, m.Score, m.Action,
            m.ModeratedAt));
        if (!Replace("message_moderation", conversation, conversation.StoredParts.Moderation, rows, isMoved))
        {
            return false;
        }

        foreach (var row in rows)
        {
            Key(_moderation, conversation)
                .Bind(4, row.Seq).Bind(5, row.Ordinal).Bind(6, row.Flagged ? 1 : 0).Bind(7, row.Score)
                .Bind(8, row.ModeratedAt).Bind(9, row.Id).Bind(10, row.Provider).Bind(11, row.Category)
                .Bind(12, row.Action).Execute();
        }

        return true;
    }

    private bool SaveFiles(ConversationState conversation, bool isMoved)
    {
        if (conversation.Files.Count + conversation.StoredParts.Files.Count == 0)
        {
            return false;
        }

        var ordinals = new Ordinals();
        var rows = conversation.Files.ConvertAll(f => new FileRow(
            f.Message.Seq, ordinals.Next(f.Message), f.Id, f.Name, f.MediaType, f.Bytes, f.UploadedAt));
        if (!Replace("message_file", conversation, conversation.StoredParts.Files, rows, isMoved))
        {
            return false;
        }

        foreach (var row in rows)
        {
            Key(_files, conversation)
                .Bind(4, row.Seq).Bind(5, row.Ordinal).Bind(6, row.Bytes).Bind(7, row.UploadedAt).Bind(8, row.Id)
                .Bind(9, row.MediaType).Bind(10, row.Name).Execute();
        }

        return true;
    }

    private bool SaveActions(ConversationState conversation, bool isMoved)
    {
        if (conversation.Actions.Count + conversation.StoredParts.Actions.Count == 0)
        {
            return false;
        }

        var stored = conversation.StoredParts.Actions;
        var rows = new List<ActionRow>(conversation.Actions.Count);
        foreach (var action in conversation.Actions)
        {
            rows.Add(new ActionRow(
                action.UsedAt ?? action.Message?.CreatedAt ?? conversation.Row.CreatedAt, rows.Count, action.Message?.Seq,
                action.Id, action.NameId, action.UserId ?? conversation.Row.UserId, action.Status));
        }

        if (!isMoved && rows.SequenceEqual(stored))
        {
            return false;
        }

        stored.ForEach(row => DeleteAction(conversation.No, row));
        foreach (var row in rows)
        {
            scope.Moved(row.UsedAt);
            _actions.Of(conversation)
                .Bind(1, scope.WorkspaceId).Bind(2, row.UsedAt).Bind(3, conversation.No).Bind(4, row.Ordinal)
                .Bind(5, conversation.Row.CreatedAt).Bind(6, row.Seq).Bind(7, row.NameId).Bind(8, row.UserId)
                .Bind(9, row.Id).Bind(10, row.Status).Execute();
        }

        return true;
    }

    private void DeleteAction(long no, ActionRow action)
    {
        scope.Moved(action.UsedAt);
        scope.Session.Prepare(
                "DELETE FROM action_use WHERE workspace_id = ?1 AND used_at = ?2 AND conversation_no = ?3 AND ordinal = ?4")
            .Bind(1, scope.WorkspaceId).Bind(2, action.UsedAt).Bind(3, no).Bind(4, action.Ordinal).Execute();
    }

    private void SaveSlots(ConversationState conversation)
    {
        var before = conversation.StoredParts.Slots;
        var now = RollUp.Slots(conversation);
        var row = conversation.Row;
        var isSameShare = conversation.Stored is { } stored &&
            (stored.CreatedAt, stored.UserId, stored.AppId, stored.ProjectId, stored.SectionId) ==
            (row.CreatedAt, row.UserId, row.AppId, row.ProjectId, row.SectionId);
        var unchanged = isSameShare ? before.ToHashSet() : [];
        unchanged.IntersectWith(now);
        foreach (var slot in before)
        {
            if (!unchanged.Contains(slot))
            {
                DeleteSlot(conversation.No, slot);
            }
        }

        foreach (var slot in now)
        {
            if (!unchanged.Contains(slot))
            {
                scope.Moved(slot.Slot);
                Put(conversation, slot);
            }
        }
    }

    private void DeleteSlot(long no, SlotRow slot)
    {
        scope.Moved(slot.Slot);
        scope.Session.Prepare(
                "DELETE FROM usage_slot WHERE workspace_id = ?1 AND slot = ?2 AND conversation_no = ?3 AND model_id = ?4")
            .Bind(1, scope.WorkspaceId).Bind(2, slot.Slot).Bind(3, no).Bind(4, slot.ModelId).Execute();
    }

    private void Put(ConversationState conversation, SlotRow slot)
    {
        if (slot.RequestsWithTokens > 0)
        {
            scope.CarriesTokens();
        }

        var row = conversation.Row;
        _slots.Of(conversation)
            .Bind(1, scope.WorkspaceId).Bind(2, slot.Slot).Bind(3, conversation.No).Bind(4, slot.ModelId)
            .Bind(5, row.CreatedAt).Bind(6, row.UserId).Bind(7, row.AppId).Bind(8, row.ProjectId).Bind(9, row.SectionId)
            .Bind(10, (long)row.Surface).Bind(11, slot.UserMessages).Bind(12, slot.ProviderMessages)
            .Bind(13, slot.UserStartMessages).Bind(14, slot.Flagged).Bind(15, slot.Moderated).Bind(16, slot.Biased)
            .Bind(17, slot.Inaccurate).Bind(18, slot.Inappropriate).Bind(19, slot.Requests)
            .Bind(20, slot.FailedRequests).Bind(21, slot.InputTokens).Bind(22, slot.OutputTokens)
            .Bind(23, slot.CachedInputTokens).Bind(24, slot.CacheCreationTokens).Bind(25, slot.ReasoningTokens)
            .Bind(26, slot.CostMicroUsd).Bind(27, slot.RequestsWithTokens).Bind(28, slot.RequestsWithCost)
            .Bind(29, slot.MinInputTokens).Bind(30, slot.MaxInputTokens).Bind(31, slot.MinOutputTokens)
            .Bind(32, slot.MaxOutputTokens).Bind(33, slot.Responses).Bind(34, slot.ResponseMilliseconds)
            .Bind(35, slot.PositiveRatings).Bind(36, slot.NegativeRatings).Execute();
    }

    /// <summary>Whether the rows differ from the stored ones, which are then gone.</summary>
    private bool Replace<T>(string table, ConversationState conversation, List<T> stored, List<T> rows, bool isMoved)
    {
        if (!isMoved)
        {
            if (rows.SequenceEqual(stored))
            {
                return false;
            }

            if (stored.Count > 0)
            {
                Delete(table, conversation, conversation.Row.CreatedAt);
            }
        }

        return true;
    }

    private void Delete(string table, ConversationState conversation, long createdAt) =>
        scope.Session.Prepare(
                $"DELETE FROM {table} " +
                "WHERE workspace_id = ?1 AND conversation_created_at = ?2 AND conversation_no = ?3")
            .Bind(1, scope.WorkspaceId).Bind(2, createdAt).Bind(3, conversation.No).Execute();

    private Statement Key(Rows rows, ConversationState conversation) =>
        rows.Of(conversation)
            .Bind(1, scope.WorkspaceId).Bind(2, conversation.Row.CreatedAt).Bind(3, conversation.No);

    private static string[] KeyInConversation(params string[] more) =>
        ["workspace_id", "conversation_created_at", "conversation_no", .. more];

    /// <summary>How rows of a table are written: those of a conversation that is new are new too.</summary>
    private sealed class Rows(ImportScope scope, string table, string[] key, string[] others)
    {
        private readonly Statement _insert = scope.Session.PrepareInsert(table, [.. key, .. others]);
        private readonly Statement _put = scope.Session.Prepare(scope.Session.Sql.Put(table, key, others));

        public Statement Of(ConversationState conversation) => conversation.Stored is null ? _insert : _put;
    }

    /// <summary>Numbers what belongs to a message from 0.</summary>
    private sealed class Ordinals
    {
        private Dictionary<MessageState, int>? _next;

        public int Next(MessageState message)
        {
            _next ??= [];
            var ordinal = _next.GetValueOrDefault(message);
            _next[message] = ordinal + 1;
            return ordinal;
        }
    }
}
