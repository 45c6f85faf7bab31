using UsageAdmin.Data.RollUps;
using UsageAdmin.Data.Schema;

namespace UsageAdmin.Ingest.Writing;

/// <summary>Marks, counters and roll-up rows that follow from a conversation's messages in order (decisions.md 1 to 4).</summary>
internal static class RollUp
{
    /// <summary>Joins what feedback, moderation and files say of each message to its own marks.</summary>
    public static void Mark(ConversationState conversation)
    {
        foreach (var message in conversation.Messages)
        {
            message.Marks = message.OwnMarks;
        }

        foreach (var feedback in conversation.Feedback)
        {
            feedback.Message.Marks |= feedback.Marks | MessageMarks.HasFeedback;
        }

        foreach (var result in conversation.Moderation)
        {
            result.Message.Marks |= MessageMarks.HasModeration | (result.Flagged ? MessageMarks.Moderated : 0);
        }

        foreach (var file in conversation.Files)
        {
            file.Message.Marks |= MessageMarks.HasFiles;
        }
    }

    public static Counters Count(ConversationState conversation)
    {
        long messages = 0, userMessages = 0, flagged = 0, moderated = 0, bytes = 0;
        var marks = MessageMarks.None;
        long? lastAt = null;
        MessageState? lastAnswer = null;
        foreach (var message in conversation.Messages)
        {
            if (!message.IsExported)
            {
                continue;
            }

            messages++;
            userMessages += message.Source == MessageSource.User ? 1 : 0;
            flagged += (message.Marks & MessageMarks.AnyFeedback) != 0 ? 1 : 0;
            moderated += (message.Marks & MessageMarks.Moderated) != 0 ? 1 : 0;
            marks |= message.Marks & ~MessageMarks.InheritedTime;
            bytes += message.Content is null ? "null".Length : Data.JsonText.EscapedLength(message.Content);
            lastAt = message.CreatedAt;
            lastAnswer = message.Source == MessageSource.Provider ? message : lastAnswer;
        }

        return new Counters(
            messages, userMessages, flagged, moderated, marks, bytes,
            conversation.Row.SourceEndedAt ?? lastAt,
            lastAnswer?.ModelId ?? conversation.Row.ModelId);
    }

    /// <summary>The roll-up's rows; none where nothing counts.</summary>
    public static List<SlotRow> Slots(ConversationState conversation)
    {
        var rows = new List<SlotRow>();
        Dictionary<(long Slot, long ModelId), SlotRow>? byKey = null;
        var answers = AnswerModels(conversation.Messages);
        SlotRow? last = null;
        foreach (var message in conversation.Messages)
        {
            var isGeneration = message.Source == MessageSource.Provider;
            if (!message.IsExported && !isGeneration)
            {
                continue;
            }

            var slot = QuarterHour.StartOf(message.CreatedAt);
            var model = message.ModelId ?? answers[message.Seq] ?? conversation.Row.ModelId ?? 0;
            if (last is null || last.Slot != slot || last.ModelId != model)
            {
                last = Row(rows, ref byKey, slot, model);
            }

            Add(last, message, isGeneration);
        }

        return rows;
    }

    /// <summary>By seq: the model of the first exported answer to the message; null where there is none or it names none.</summary>
    private static long?[] AnswerModels(List<MessageState> messages)
    {
        var answers = new long?[messages.Count];
        var isAnswered = new bool[messages.Count];
        foreach (var message in messages)
        {
            if (message is { Parent: { } parent, Source: MessageSource.Provider, IsExported: true } &&
                !isAnswered[parent.Seq])
            {
                isAnswered[parent.Seq] = true;
                answers[parent.Seq] = message.ModelId;
            }
        }

        return answers;
    }

    private static SlotRow Row(
        List<SlotRow> rows, ref Dictionary<(long Slot, long ModelId), SlotRow>? byKey, long slot, long model)
    {
        // Most conversations have one or two rows.
        if (byKey is null && rows.Count < 8)
        {
            foreach (var row in rows)
            {
                if (row.Slot == slot && row.ModelId == model)
                {
                    return row;
                }
            }
        }
        else
        {
            byKey ??= rows.ToDictionary(r => (r.Slot, r.ModelId));
            if (byKey.TryGetValue((slot, model), out var row))
            {
                return row;
            }
        }

        var added = new SlotRow(slot, model);
        rows.Add(added);
        byKey?.Add((slot, model), added);
        return added;
    }

    private static void Add(SlotRow row, MessageState message, bool isGeneration)
    {
        if (message.IsExported)
        {
            switch (message.Source)
            {
                case MessageSource.User:
                    row.UserMessages++;
                    break;
                case MessageSource.Provider:
                    row.ProviderMessages++;
                    break;
                default:
                    row.UserStartMessages++;
                    break;
            }

            row.Flagged += (message.Marks & MessageMarks.AnyFeedback) != 0 ? 1 : 0;
            row.Moderated += (message.Marks & MessageMarks.Moderated) != 0 ? 1 : 0;
            row.Biased += (message.Marks & MessageMarks.Biased) != 0 ? 1 : 0;
            row.Inaccurate += (message.Marks & MessageMarks.Inaccurate) != 0 ? 1 : 0;
            row.Inappropriate += (message.Marks & MessageMarks.Inappropriate) != 0 ? 1 : 0;
        }

        if (isGeneration)
        {
            var tokens = message.Tokens;
            row.Requests++;
            row.FailedRequests += (message.Marks & MessageMarks.Failed) != 0 ? 1 : 0;
            row.InputTokens += tokens.Input ?? 0;
            row.OutputTokens += tokens.Output ?? 0;
            row.CachedInputTokens += tokens.CachedInput ?? 0;
            row.CacheCreationTokens += tokens.CacheCreation ?? 0;
            row.ReasoningTokens += tokens.Reasoning ?? 0;
            row.CostMicroUsd += tokens.CostMicroUsd ?? 0;
            row.RequestsWithTokens += tokens.Input is not null || tokens.Output is not null ? 1 : 0;
        }
    }
}
