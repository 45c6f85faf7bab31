using System.Text.Json;
using System.Text;
using UsageAdmin.Data.Schema;
using UsageAdmin.Ingest.Json;

namespace UsageAdmin.Ingest.ChatGpt;

/// <summary>
/// One conversation of a ChatGPT export as items. All nodes come in, shown or not; what counts follows from their source
/// and their marks.
/// </summary>
internal sealed class ChatGptConversation
{
    private static readonly TreeShape Shape = new(
        "mapping", "parent", "children", "current_node", node => node.Member("message"),
        (message, remarks) => message.Member("create_time").Time("create_time", remarks));

    private readonly ConversationItem _item;
    private readonly Remarks _remarks;
    private readonly HashSet<string> _fileIds = new(StringComparer.Ordinal);

    private ChatGptConversation(ConversationItem item, Remarks remarks) => (_item, _remarks) = (item, remarks);

    /// <summary>One conversation, or an object that holds the list of all, as some exports have it.</summary>
    public static IReadOnlyList<ImportItem> ReadAll(JsonElement element, long line, string? userId) =>
        element.Member("mapping") is null && element.Member("conversations") is { ValueKind: JsonValueKind.Array } list
            ? [.. ((JsonElement?)list).Items().SelectMany(conversation => Read(conversation, line, userId))]
            : Read(element, line, userId);

    /// <summary>The conversation, then remarks about it; or why it is refused.</summary>
    /// <param name="userId">Whose export it is; null: the file does not say.</param>
    public static IReadOnlyList<ImportItem> Read(JsonElement conversation, long line, string? userId)
    {
        var remarks = new Remarks();
        if (conversation.Member("mapping") is not { ValueKind: JsonValueKind.Object } mapping)
        {
            return [Refused(line, "not-a-conversation", "mapping", "it has no \"mapping\" object")];
        }

        var id = (conversation.Member("conversation_id") ?? conversation.Member("id")).Id("id", remarks);
        if (id is null)
        {
            return [Refused(line, "invalid-value", "id", $"its id is not 1 to {StorableText.MaxIdBytes} bytes of text")];
        }

        var reader = new ChatGptConversation(Header(conversation, id, line, userId, remarks), remarks);
        reader.ReadMessages(MessageTree.Read(mapping, conversation.Member("current_node"), Shape, remarks));
        if (conversation.Member("moderation_results").Items().Any())
        {
            remarks.Add("dropped-moderation", "moderation_results", "results for a whole conversation are left out");
        }

        return [reader._item, .. remarks.Of($"conversation {id}", line)];
    }

    private static ProblemItem Refused(long line, string code, string field, string reason) =>
        new(Refused: true, code, field, $"conversation {line} cannot be read: {reason}") { Line = line };

    private static ConversationItem Header(
        JsonElement conversation, string id, long line, string? userId, Remarks remarks)
    {
        var item = new ConversationItem
        {
            Id = id,
            Line = line,
            HasHeader = true,
            UserId = userId is null ? default : (Field<string>)userId,
            Title = conversation.Member("title").Text(remarks),
            CreatedAtUtc = conversation.Member("create_time").Time("create_time", remarks),
            Model = conversation.Member("default_model_slug").Id("default_model_slug", remarks),
        };
        string?[] gizmos =
        [
            conversation.Member("gizmo_id").Id("gizmo_id", remarks),
            conversation.Member("conversation_template_id").Id("conversation_template_id", remarks),
        ];
        return item with
        {
            AppId = Array.Find(gizmos, IsApp) ?? default(Field<string>),
            ProjectId = Array.Find(gizmos, IsProject) ?? default(Field<string>),
        };
    }

    private static bool IsProject(string? gizmo) => gizmo is not null && gizmo.StartsWith("g-p-", StringComparison.Ordinal);

    private static bool IsApp(string? gizmo) =>
        gizmo is not null && gizmo.StartsWith("g-", StringComparison.Ordinal) && !IsProject(gizmo);

    private void ReadMessages(MessageTree tree)
    {
        var parents = tree.NearestAbove(node => node.Message is not null);
        for (var index = 0; index < tree.Nodes.Count; index++)
        {
            var node = tree.Nodes[index];
            if (node.Message is { } message)
            {
                ReadMessage(node, message, parents[index] < 0 ? null : tree.Nodes[parents[index]].Id);
            }
        }
    }

    private void ReadMessage(MessageNode node, JsonElement message, string? parentId)
    {
        var source = Source(message);
        var metadata = message.Member("metadata");
        var content = MessageContent.Read(message.Member("content"), _remarks);
        var status = message.Member("status").Text(_remarks);
        var recipient = message.Member("recipient").Id("recipient", _remarks) ?? "all";
        var failed = status is not null && (status.Contains("fail", StringComparison.Ordinal)
            || status.Contains("error", StringComparison.Ordinal));
        if (status == "in_progress")
        {
            _remarks.Add("unfinished", "status", "a message in progress is taken as far as it came");
        }

        var isTurn = source is MessageSource.User or MessageSource.Provider;
        _item.Messages.Add(new MessageItem
        {
            Id = node.Id,
            Line = _item.Line,
            ParentId = parentId,
            Source = source,
            Content = content.Text,
            CreatedAtUtc = node.CreatedAtUtc,
            Active = node.IsActive,
            Hidden = metadata.Member("is_visually_hidden_from_conversation").IsTrue()
                || (isTurn && (recipient != "all" || !content.IsShown)),
            Failed = failed,
            Model = source == MessageSource.Provider
                ? metadata.Member("model_slug").Id("model_slug", _remarks)
                : default(Field<string>),
        });
        if (source == MessageSource.Provider && recipient != "all")
        {
            AddAction(node, recipient, failed, status);
        }

        AddFiles(node.Id, metadata, content, node.CreatedAtUtc);
    }

    private MessageSource Source(JsonElement message)
    {
        switch (message.Member("author").Member("role").Text(_remarks))
        {
            case "user":
                return MessageSource.User;
            case "assistant":
                return MessageSource.Provider;
            case "tool":
                return MessageSource.Tool;
            case "system":
                return MessageSource.System;
            default:
                _remarks.Add("unknown-role", "author.role", "a message of an unknown role is kept, not shown");
                return MessageSource.System;
        }
    }

    private void AddAction(MessageNode node, string recipient, bool failed, string? status) =>
        _item.Actions.Add(new ActionItem
        {
            Id = node.Id,
            Line = _item.Line,
            MessageId = node.Id,
            Name = ChatGptActions.NameOf(recipient),
            Status = failed ? "failed" : status == "finished_successfully" ? "ok" : default(Field<string>),
            CreatedAtUtc = node.CreatedAtUtc,
        });

    private void AddFiles(string messageId, JsonElement? metadata, MessageContent content, DateTime? time)
    {
        var ofMessage = new HashSet<string>(StringComparer.Ordinal);
        foreach (var attachment in metadata.Member("attachments").Items())
        {
            var id = attachment.Member("id").Id("attachments.id", _remarks) ?? "file";
            ofMessage.Add(id);
            AddFile(messageId, id, time, attachment.Member("size").Number(),
                attachment.Member("name").Text(_remarks),
                (attachment.Member("mime_type") ?? attachment.Member("mimeType")).Text(_remarks));
        }

        foreach (var (id, bytes) in content.Assets.Where(asset => ofMessage.Add(asset.Id)))
        {
            AddFile(messageId, id, time, bytes, null, null);
        }
    }

    private void AddFile(string messageId, string id, DateTime? time, long? bytes, string? name, string? mediaType)
    {
        // The same file may be sent with several messages.
        var unique = _fileIds.Add(id) ? id : $"{messageId}/{id}";
        if (Encoding.UTF8.GetByteCount(unique) is 0 or > StorableText.MaxIdBytes || (unique != id && !_fileIds.Add(unique)))
        {
            _remarks.Add("dropped-file", "attachments", "a file without an id of its own is left out");
            return;
        }

        _item.Files.Add(new FileItem
        {
            Id = unique,
            Line = _item.Line,
            MessageId = messageId,
            Name = name,
            MediaType = mediaType,
            Bytes = bytes,
            UploadedAtUtc = time,
        });
    }
}
