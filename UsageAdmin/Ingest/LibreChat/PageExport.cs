using System.Text.Json;
using UsageAdmin.Ingest.Json;

namespace UsageAdmin.Ingest.LibreChat;

/// <summary>
/// The JSON of a conversation's "Export": its messages in a list, or with their answers inside one another
/// (<c>children</c>, under <c>messages</c> or <c>messagesTree</c>).
/// </summary>
internal sealed class PageExport
{
    private readonly ConversationItem _item;
    private readonly Remarks _remarks;
    private readonly List<(JsonElement Message, string Id, string? ParentId)> _messages = [];
    private readonly HashSet<string> _ids = new(StringComparer.Ordinal);

    private PageExport(JsonElement export, string id, long line, Remarks remarks)
    {
        _remarks = remarks;
        Collect(export);
        _item = Header(export, id, line);
    }

    public static bool IsOne(JsonElement record) =>
        record.Member("messagesTree") is { ValueKind: JsonValueKind.Array or JsonValueKind.Object }
        || (record.Member("messages") is { ValueKind: JsonValueKind.Array or JsonValueKind.Object } messages
            && (record.Member("exportAt") is not null || First(messages).Member("messageId") is not null));

    /// <summary>The conversation, then remarks about it; or why it is refused.</summary>
    public static IReadOnlyList<ImportItem> Read(JsonElement export, long line)
    {
        var remarks = new Remarks();
        if (export.Member("conversationId").Key("conversationId", remarks) is not { } id)
        {
            return
            [
                new ProblemItem(Refused: true, "invalid-value", "conversationId",
                    $"record {line} cannot be read: its id is not 1 to {StorableText.MaxIdBytes} bytes of text")
                {
                    Line = line,
                },
            ];
        }

        var page = new PageExport(export, id, line, remarks);
        page.AddMessages();
        return [page._item, .. remarks.Of($"conversation {id}", line)];
    }

    private ConversationItem Header(JsonElement export, string id, long line)
    {
        var options = export.Member("options");
        var models = _messages.Select(m => m.Message.Member("model").Id("model", _remarks)).OfType<string>().ToList();
        return new ConversationItem
        {
            Id = id,
            Line = line,
            HasHeader = true,
            FollowsNewest = true,
            UserId = _messages.Select(m => m.Message.Member("user").Key("user", _remarks)).OfType<string>().FirstOrDefault()
                ?? default(Field<string>),
            AppId = LibreChatConversation.App(options, _remarks) ?? models.Find(LibreChatIds.IsMade)
                ?? default(Field<string>),
            Model = LibreChatIds.Model(options.Member("model").Id("model", _remarks))
                ?? models.Find(model => !LibreChatIds.IsMade(model)) ?? default(Field<string>),
            Temperature = LibreChatConversation.Temperature(options),
            Title = export.Member("title").Text(_remarks),
        };
    }

    /// <summary>Walks without recursion: a chain of answers is as deep as the conversation is long.</summary>
    private void Collect(JsonElement export)
    {
        var open = new Stack<(JsonElement Message, string? ParentId)>();
        Push(export.Member("messagesTree") ?? export.Member("messages"), null);
        while (open.TryPop(out var next))
        {
            var (message, above) = next;
            if (message.Member("messageId").Key("messageId", _remarks) is { } id)
            {
                if (_ids.Add(id))
                {
                    _messages.Add((message, id, LibreChatMessage.ParentOf(message, _remarks) ?? above));
                }
                else
                {
                    _remarks.Add("duplicate-message", "messages", $"a second message {id} is left out");
                }

                above = id;
            }
            else if (message.Member("children") is null)
            {
                _remarks.Add("dropped-message", "messages", "a message without an id is left out");
            }

            Push(message.Member("children"), above);
        }

        void Push(JsonElement? messages, string? above)
        {
            var list = messages is { ValueKind: JsonValueKind.Object } one ? [one] : messages.Items().ToList();
            for (var i = list.Count - 1; i >= 0; i--)
            {
                open.Push((list[i], above));
            }
        }
    }

    private void AddMessages()
    {
        foreach (var (message, id, parentId) in _messages)
        {
            var isKnown = parentId is null || _ids.Contains(parentId);
            if (!isKnown)
            {
                _remarks.Add("dangling-reference", "parentMessageId",
                    $"parentMessageId {parentId} is not in the file, the link is dropped");
            }

            foreach (var part in new LibreChatMessage(message, id, _item.Line, hasTokens: true, _remarks)
                .ToItems(isKnown ? parentId : null))
            {
                _item.Add(part);
            }
        }
    }

    private static JsonElement? First(JsonElement messages) =>
        messages.ValueKind == JsonValueKind.Object ? messages : ((JsonElement?)messages).Items().FirstOrDefault();
}
