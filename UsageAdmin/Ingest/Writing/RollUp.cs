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
            marks |= message.Marks & ~(MessageMarks.InheritedTime | MessageMarks.TokensOfRequests);
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
        foreach (var message in conversation.Messages)
        {
            (message.PositiveRatings, message.NegativeRatings) = (0, 0);
        }

        foreach (var feedback in conversation.Feedback)
        {
            feedback.Message.PositiveRatings += feedback.Rating > 0 ? 1 : 0;
            feedback.Message.NegativeRatings += feedback.Rating < 0 ? 1 : 0;
        }

        return SlotCounter.Count(conversation.Messages, conversation.Row.ModelId);
    }
}
