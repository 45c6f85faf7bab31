using System.Text;
using UsageAdmin.Data;
using UsageAdmin.Ingest.Json;

namespace UsageAdmin.Ingest.OpenWebUi;

/// <summary>
/// The rows of <c>feedback</c>, without the copy of the chat that each of them carries. Of several by one person about one
/// message the latest holds.
/// </summary>
internal sealed class SourceRatings
{
    private readonly Dictionary<string, Dictionary<(string MessageId, string? UserId), Row>> _byChat = new(StringComparer.Ordinal);
    private readonly List<ImportItem> _problems = [];

    private sealed record Row(MessageRating Rating, DateTime? CreatedAtUtc, DateTime? UpdatedAtUtc, long Line);

    public static SourceRatings Read(TableReader tables, OpenWebUiTimes times)
    {
        var ratings = new SourceRatings();
        ratings._problems.AddRange(tables.Read("feedback",
            ["id", "user_id", "type", "data", "meta", "created_at", "updated_at"],
            (row, remarks) => ratings.ReadRow(row, remarks, times, tables.Line)));
        return ratings;
    }

    /// <summary>The ratings of a chat, which are then gone from here.</summary>
    /// <param name="ownerId">Whose annotations on the messages are the same acts.</param>
    public IReadOnlyList<FeedbackItem> Take(string chatId, string? ownerId) =>
        _byChat.Remove(chatId, out var rows) ? [.. rows.Select(row => Item(row.Key, row.Value, ownerId))] : [];

    /// <summary>What is left: ratings of chats that the file does not have, but an earlier one may have had.</summary>
    public IEnumerable<ImportItem> Remaining(Func<string, bool> isTaken)
    {
        foreach (var (chatId, rows) in _byChat)
        {
            var item = new ConversationItem { Id = chatId, Line = rows.Values.First().Line };
            item.Feedback.AddRange(rows.Where(row => row.Key.UserId is null || isTaken(row.Key.UserId))
                .Select(row => Item(row.Key, row.Value, row.Key.UserId)));
            if (item.Feedback.Count > 0)
            {
                yield return item;
            }
        }

        foreach (var problem in _problems)
        {
            yield return problem;
        }
    }

    private static FeedbackItem Item((string MessageId, string? UserId) key, Row row, string? ownerId)
    {
        var item = row.Rating.ToItem(key.MessageId, row.Line) with
        {
            UserId = key.UserId ?? default(Field<string>),
            CreatedAtUtc = row.CreatedAtUtc is { } created ? created : default(Field<DateTime?>),
        };
        return key.UserId is null || key.UserId == ownerId ? item : item with { Id = OfAnother(item.Id, key.UserId) };
    }

    private static string OfAnother(string id, string userId)
    {
        var own = $"{id}-{userId}";
        return Encoding.UTF8.GetByteCount(own) <= StorableText.MaxIdBytes ? own : id;
    }

    private IEnumerable<ImportItem> ReadRow(Statement row, Remarks remarks, OpenWebUiTimes times, long line)
    {
        if (row.Text(2) is not (null or "rating"))
        {
            return [];
        }

        using var data = row.Json(3, "feedback.data", remarks);
        using var meta = row.Json(4, "feedback.meta", remarks);
        var rating = MessageRating.Read(data?.RootElement, remarks);
        if (rating is null || meta?.RootElement.Member("chat_id").Id("meta.chat_id", remarks) is not { } chatId
            || meta.RootElement.Member("message_id").Id("meta.message_id", remarks) is not { } messageId)
        {
            return
            [
                new ProblemItem(Refused: true, "invalid-value", "feedback.meta",
                    $"feedback {row.Storable(0, remarks)} names no chat and message, or no rating") { Line = line },
            ];
        }

        if (!_byChat.TryGetValue(chatId, out var rows))
        {
            _byChat.Add(chatId, rows = []);
        }

        var created = row.Time(5, "feedback.created_at", times, remarks);
        var latest = new Row(rating, created, row.Time(6, "feedback.updated_at", times, remarks) ?? created, line);
        var key = (messageId, row.Id(1, "user_id", remarks));
        if (!rows.TryGetValue(key, out var known) || Nullable.Compare(latest.UpdatedAtUtc, known.UpdatedAtUtc) >= 0)
        {
            rows[key] = latest;
        }

        return [];
    }
}
