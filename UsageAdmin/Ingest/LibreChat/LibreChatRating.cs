using System.Text.Json;
using UsageAdmin.Data.Schema;
using UsageAdmin.Ingest.Json;

namespace UsageAdmin.Ingest.LibreChat;

/// <summary>
/// What the person thought of an answer: a thumb, one of LibreChat's reasons and a text. A flag comes from a stated reason
/// alone, never from a thumb (ingest.md 3.5).
/// </summary>
internal static class LibreChatRating
{
    /// <summary>Null: the answer was not rated.</summary>
    public static FeedbackItem? Read(string messageId, JsonElement message, string? userId, long line, Remarks remarks)
    {
        var feedback = message.Member("feedback");
        int? rating = feedback.Member("rating").Text(remarks) switch
        {
            "thumbsUp" => 1,
            "thumbsDown" => -1,
            _ => null,
        };
        if (rating is null)
        {
            return null;
        }

        var tag = feedback.Member("tag");
        var reason = (tag.Member("key") ?? tag).Text(remarks);
        return new FeedbackItem
        {
            Id = StorableText.Id($"rating-{messageId}"),
            Line = line,
            MessageId = messageId,
            UserId = userId ?? default(Field<string>),
            Rating = rating,
            Flags = reason == "inaccurate" ? MessageMarks.Inaccurate : MessageMarks.None,
            Reason = string.IsNullOrEmpty(reason) ? null : reason,
            Comment = feedback.Member("text").Text(remarks) is { Length: > 0 } text ? text : null,
        };
    }
}
