using System.Globalization;
using System.Text;
using System.Text.Json;
using UsageAdmin.Data.Schema;
using UsageAdmin.Ingest.Json;

namespace UsageAdmin.Ingest.OpenWebUi;

/// <summary>
/// What somebody thought of an answer: a message's <c>annotation</c>, or the <c>data</c> of a row of <c>feedback</c>. Both tell
/// of the same act. A flag comes from a stated reason alone, never from a thumb (ingest.md 3.5).
/// </summary>
internal sealed record MessageRating(int? Rating, string? Reason, string? Comment)
{
    public static MessageRating? Read(JsonElement? opinion, Remarks remarks) => opinion is { ValueKind: JsonValueKind.Object }
        ? new MessageRating(
            Thumb(opinion.Member("rating"), remarks), NotEmpty(opinion.Member("reason").Text(remarks)),
            NotEmpty(opinion.Member("comment").Text(remarks)))
        : null;

    public FeedbackItem ToItem(string messageId, long line) => new()
    {
        Id = Encoding.UTF8.GetByteCount(messageId) <= StorableText.MaxIdBytes - 7 ? $"rating-{messageId}" : messageId,
        Line = line,
        MessageId = messageId,
        Rating = Rating,
        Flags = Reason == "not_factually_correct" ? MessageMarks.Inaccurate : MessageMarks.None,
        Reason = Reason,
        Comment = Comment,
    };

    private static int? Thumb(JsonElement? rating, Remarks remarks)
    {
        var text = rating is { ValueKind: JsonValueKind.Number } number ? number.GetRawText() : rating.Text(remarks);
        return decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value)
            ? Math.Sign(value)
            : null;
    }

    private static string? NotEmpty(string? text) => string.IsNullOrEmpty(text) ? null : text;
}
