using System.Text.Json;
using UsageAdmin.Ingest.Json;

namespace UsageAdmin.Ingest.OpenWebUi;

/// <summary>Makes conversations of chats, the same of a database's row as of an export's element.</summary>
internal sealed class ChatReader
{
    private readonly CustomModels _models;
    private readonly TreeShape _shape;

    public ChatReader(OpenWebUiTimes times, CustomModels models)
    {
        _models = models;
        _shape = new TreeShape("history.messages", "parentId", "childrenIds", "currentId",
            node => node.ValueKind == JsonValueKind.Object ? node : null,
            (message, remarks) => times.Read(message.Member("timestamp"), "timestamp", remarks));
    }

    /// <summary>The conversation, then remarks about it; or why it is refused.</summary>
    public IReadOnlyList<ImportItem> Read(ChatRecord record, long line, Remarks remarks)
    {
        try
        {
            using var history = ChatHistory.Of(record.Chat, record.Rows, remarks);
            if (history is null && record.Chat is not (null or { ValueKind: JsonValueKind.Object }))
            {
                return [Refused(record, line, "it is no JSON object")];
            }

            var tree = history is null ? null : MessageTree.Read(
                history.Messages, record.Chat.Member("history").Member("currentId"), _shape, remarks);
            var conversation = new ChatConversation(record, _models, line, remarks);
            return [conversation.Read(tree), .. remarks.Of($"chat {record.Id}", line)];
        }
        catch (Exception e) when (OpenWebUiJson.IsDamage(e))
        {
            return [Refused(record, line, e.Message)];
        }
    }

    private static ProblemItem Refused(ChatRecord record, long line, string reason) =>
        new(Refused: true, "invalid-json", "chat", $"chat {record.Id} cannot be read: {reason}") { Line = line };
}
