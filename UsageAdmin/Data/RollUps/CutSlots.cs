using UsageAdmin.Data.Schema;

namespace UsageAdmin.Data.RollUps;

/// <summary>
/// Rows of the roll-up for a part of a quarter-hour, counted anew from the messages of the conversations that the whole
/// quarter-hour names. For ranges that start or end within one.
/// </summary>
internal static class CutSlots
{
    /// <param name="from">Milliseconds since 1970, in the same quarter-hour as the millisecond before <paramref name="to"/>.</param>
    public static IEnumerable<CutSlot> Read(UsageSession session, long workspaceId, long from, long to)
    {
        foreach (var conversation in Conversations(session, workspaceId, QuarterHour.StartOf(from)))
        {
            var messages = Messages(session, workspaceId, conversation);
            foreach (var row in SlotCounter.Count(messages, conversation.ModelId, from, to))
            {
                yield return new CutSlot(conversation.No, conversation.UserId, conversation.AppId, conversation.ProjectId, row);
            }
        }
    }

    private static List<Conversation> Conversations(UsageSession session, long workspaceId, long slot)
    {
        var found = new List<Conversation>();
        var row = session.Prepare(
            """
            SELECT DISTINCT s.conversation_created_at, s.conversation_no, s.user_id, coalesce(s.app_id, 0),
                coalesce(s.project_id, 0), c.model_id
            FROM usage_slot s JOIN conversation c ON c.workspace_id = s.workspace_id
                AND c.created_at = s.conversation_created_at AND c.no = s.conversation_no
            WHERE s.workspace_id = ?1 AND s.slot = ?2 ORDER BY s.conversation_no
            """).Bind(1, workspaceId).Bind(2, slot);
        while (row.Step())
        {
            found.Add(new Conversation(
                row.Number(0), row.Number(1), row.Number(2), row.Number(3), row.Number(4), row.NullableNumber(5)));
        }

        row.Reset();
        return found;
    }

    private static List<StoredMessage> Messages(UsageSession session, long workspaceId, Conversation conversation)
    {
        var messages = new List<StoredMessage>();
        var row = session.Prepare(
            """
            SELECT seq, created_at, source, marks, model_id, parent_seq, input_tokens, output_tokens, cached_input_tokens,
                cache_creation_tokens, reasoning_tokens, cost_micro_usd
            FROM message WHERE workspace_id = ?1 AND conversation_created_at = ?2 AND conversation_no = ?3 ORDER BY seq
            """).Bind(1, workspaceId).Bind(2, conversation.CreatedAt).Bind(3, conversation.No);
        while (row.Step())
        {
            messages.Add(new StoredMessage(
                row.Number(0), row.Number(1), (MessageSource)row.Number(2), (MessageMarks)row.Number(3), row.NullableNumber(4),
                row.NullableNumber(5), new Tokens(
                    row.NullableNumber(6), row.NullableNumber(7), row.NullableNumber(8), row.NullableNumber(9),
                    row.NullableNumber(10), row.NullableNumber(11))));
        }

        row.Reset();
        if (messages.Any(m => m.Marks.HasFlag(MessageMarks.HasFeedback)))
        {
            Rate(session, workspaceId, conversation, messages);
        }

        return messages;
    }

    private static void Rate(
        UsageSession session, long workspaceId, Conversation conversation, List<StoredMessage> messages)
    {
        var row = session.Prepare(
            """
            SELECT seq, rating FROM message_feedback
            WHERE workspace_id = ?1 AND conversation_created_at = ?2 AND conversation_no = ?3
            """).Bind(1, workspaceId).Bind(2, conversation.CreatedAt).Bind(3, conversation.No);
        while (row.Step())
        {
            var message = messages[(int)row.Number(0)];
            message.PositiveRatings += row.Number(1) > 0 ? 1 : 0;
            message.NegativeRatings += row.Number(1) < 0 ? 1 : 0;
        }

        row.Reset();
    }

    private sealed record Conversation(long CreatedAt, long No, long UserId, long AppId, long ProjectId, long? ModelId);

    private sealed record StoredMessage(
        long Seq, long CreatedAt, MessageSource Source, MessageMarks Marks, long? ModelId, long? ParentSeq, Tokens Tokens)
        : ICountedMessage
    {
        public int PositiveRatings { get; set; }

        public int NegativeRatings { get; set; }

        public bool IsExported => Source is MessageSource.User or MessageSource.Provider or MessageSource.UserStart
            && (Marks & MessageMarks.NotExported) == 0;
    }
}

/// <summary>A row of the roll-up with what its conversation says of it; ids that are null are 0.</summary>
internal sealed record CutSlot(long ConversationNo, long UserId, long AppId, long ProjectId, SlotRow Row);
