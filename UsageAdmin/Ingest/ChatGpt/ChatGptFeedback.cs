using System.Text.Json;
using UsageAdmin.Data.Schema;
using UsageAdmin.Ingest.Json;

namespace UsageAdmin.Ingest.ChatGpt;

/// <summary>
/// An entry of <c>message_feedback.json</c>: a rating, with reasons and a comment where the person gave them. A flag comes
/// from a stated reason alone, never from a thumb (ingest.md 3.5).
/// </summary>
internal static class ChatGptFeedback
{
    public static IReadOnlyList<ImportItem> Read(JsonElement entry, long line)
    {
        var remarks = new Remarks();
        var conversationId = entry.Member("conversation_id").Id("conversation_id", remarks);
        var messageId = (entry.Member("message_id") ?? entry.Member("id")).Id("id", remarks);
        if (conversationId is null || messageId is null)
        {
            return
            [
                new ProblemItem(Refused: true, "invalid-value", "conversation_id",
                    $"feedback {line} names no conversation and message") { Line = line },
            ];
        }

        var (tags, comment) = Reasons(entry.Member("content"), remarks);
        var item = new ConversationItem { Id = conversationId, Line = line };
        item.Feedback.Add(new FeedbackItem
        {
            Id = StorableText.Id($"feedback-{messageId}"),
            Line = line,
            MessageId = messageId,
            UserId = entry.Member("user_id").Id("user_id", remarks) ?? default(Field<string>),
            Rating = Rating(entry.Member("rating").Text(remarks)),
            Flags = tags.Aggregate(MessageMarks.None, (marks, tag) => marks | Flag(tag)),
            Reason = tags.Count > 0 ? string.Join(", ", tags) : null,
            Comment = comment ?? (entry.Member("text").Text(remarks) is { Length: > 0 } text ? text : null),
            CreatedAtUtc = (entry.Member("create_time") ?? entry.Member("created_at")).Time("create_time", remarks),
        });
        return [item, .. remarks.Of($"feedback on {messageId}", line)];
    }

    private static int? Rating(string? rating) => rating?.Replace("_", "", StringComparison.Ordinal) switch
    {
        { } up when up.Equals("thumbsup", StringComparison.OrdinalIgnoreCase) => 1,
        { } down when down.Equals("thumbsdown", StringComparison.OrdinalIgnoreCase) => -1,
        _ => null,
    };

    /// <summary>The reasons stand in an object, or in a string that holds one.</summary>
    private static (IReadOnlyList<string> Tags, string? Comment) Reasons(JsonElement? content, Remarks remarks)
    {
        if (content is { ValueKind: JsonValueKind.String })
        {
            try
            {
                using var inner = JsonDocument.Parse(content.Utf8(remarks)!);
                return Stated(inner.RootElement, remarks);
            }
            catch (JsonException)
            {
                return ([], content.Text(remarks));
            }
        }

        return Stated(content, remarks);
    }

    private static (IReadOnlyList<string> Tags, string? Comment) Stated(JsonElement? reasons, Remarks remarks) =>
    (
        [.. reasons.Member("tags").Items().Select(tag => ((JsonElement?)tag).Text(remarks)).OfType<string>()],
        reasons.Member("text").Text(remarks) is { Length: > 0 } text ? text : null
    );

    private static MessageMarks Flag(string tag) => tag.Replace('_', '-') switch
    {
        "inaccurate" or "not-factually-correct" or "false" => MessageMarks.Inaccurate,
        "inappropriate" or "harmful" or "unsafe" or "offensive" => MessageMarks.Inappropriate,
        "biased" or "bias" => MessageMarks.Biased,
        _ => MessageMarks.None,
    };
}
