using UsageAdmin.Data.Schema;

namespace UsageAdmin.Data.RollUps;

/// <summary>Counts the messages of one conversation into rows of the roll-up (decisions.md 1 to 4).</summary>
internal static class SlotCounter
{
    /// <summary>The roll-up's rows; none where nothing counts.</summary>
    /// <param name="messages">All of the conversation, in order of their seq, which counts from 0.</param>
    /// <param name="conversationModelId">The model that the source names for the whole conversation.</param>
    /// <param name="from">Messages before this millisecond are left out.</param>
    /// <param name="to">Messages from this millisecond on are left out.</param>
    public static List<SlotRow> Count<TMessage>(
        List<TMessage> messages, long? conversationModelId, long from = long.MinValue, long to = long.MaxValue)
        where TMessage : ICountedMessage
    {
        var rows = new List<SlotRow>();
        Dictionary<(long Slot, long ModelId), SlotRow>? byKey = null;
        var answers = AnswerModels(messages);
        SlotRow? last = null;
        foreach (var message in messages)
        {
            var isGeneration = message.Source == MessageSource.Provider;
            if ((!message.IsExported && !isGeneration) || message.CreatedAt < from || message.CreatedAt >= to)
            {
                continue;
            }

            var slot = QuarterHour.StartOf(message.CreatedAt);
            var model = message.ModelId ?? answers[message.Seq] ?? conversationModelId ?? 0;
            if (last is null || last.Slot != slot || last.ModelId != model)
            {
                last = Row(rows, ref byKey, slot, model);
            }

            Add(last, message, isGeneration);
            if (isGeneration && message.IsExported)
            {
                AddAnswer(last, message, messages);
            }

        }

        return rows;
    }

    /// <summary>By seq: the model of the first exported answer to the message; null where there is none or it names none.</summary>
    private static long?[] AnswerModels<TMessage>(List<TMessage> messages)
        where TMessage : ICountedMessage
    {
        var answers = new long?[messages.Count];
        var isAnswered = new bool[messages.Count];
        foreach (var message in messages)
        {
            if (message is { ParentSeq: { } parent, Source: MessageSource.Provider, IsExported: true } && !isAnswered[parent])
            {
                isAnswered[parent] = true;
                answers[parent] = message.ModelId;
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

    private static void Add<TMessage>(SlotRow row, TMessage message, bool isGeneration)
        where TMessage : ICountedMessage
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
            row.RequestsWithCost += tokens.CostMicroUsd is not null ? 1 : 0;
            row.MinInputTokens = Least(row.MinInputTokens, tokens.Input);
            row.MaxInputTokens = Most(row.MaxInputTokens, tokens.Input);
            row.MinOutputTokens = Least(row.MinOutputTokens, tokens.Output);
            row.MaxOutputTokens = Most(row.MaxOutputTokens, tokens.Output);
        }
    }

    private static void AddAnswer<TMessage>(SlotRow row, TMessage answer, List<TMessage> messages)
        where TMessage : ICountedMessage
    {
        row.PositiveRatings += answer.PositiveRatings;
        row.NegativeRatings += answer.NegativeRatings;
        if (answer.ParentSeq is { } seq && messages[(int)seq] is { Source: MessageSource.User, IsExported: true } prompt
            && ((answer.Marks | prompt.Marks) & MessageMarks.InheritedTime) == 0 && prompt.CreatedAt <= answer.CreatedAt)
        {
            row.Responses++;
            row.ResponseMilliseconds += answer.CreatedAt - prompt.CreatedAt;
        }
    }

    private static long? Least(long? known, long? value) => known is null || value < known ? value ?? known : known;

    private static long? Most(long? known, long? value) => known is null || value > known ? value ?? known : known;
}
