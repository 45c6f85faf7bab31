using System.Text.Json;
using UsageAdmin.Data.Schema;
using UsageAdmin.Ingest.Json;

namespace UsageAdmin.Ingest.Claude;

/// <summary>
/// One conversation as an item. Exports used to be linear; newer ones name each message's parent, so that edited prompts and
/// answers made again are beside each other.
/// </summary>
internal sealed class ClaudeConversation(JsonElement conversation, string id, long line, Remarks remarks)
{
    /// <summary>The parent of messages that have none.</summary>
    private const string NoParent = "00000000-0000-4000-8000-000000000000";

    public ConversationItem Read()
    {
        var item = new ConversationItem
        {
            Id = id,
            Line = line,
            HasHeader = true,
            FollowsNewest = true,
            UserId = conversation.Member("account").Member("uuid").Id("account", remarks) ?? default(Field<string>),
            ProjectId = (conversation.Member("project").Member("uuid") ?? conversation.Member("project_uuid"))
                .Id("project", remarks) ?? default(Field<string>),
            Model = conversation.Member("model").Id("model", remarks) ?? default(Field<string>),
            Title = conversation.Member("name").Text(remarks),
            CreatedAtUtc = conversation.Member("created_at").Time("created_at", remarks),
        };
        var messages = Messages();
        var ids = messages.Select(m => m.Id).ToHashSet(StringComparer.Ordinal);
        string? before = null;
        foreach (var (message, messageId) in messages)
        {
            AddMessage(item, message, messageId, Parent(message, ids, before));
            before = messageId;
        }

        return item;
    }

    private List<(JsonElement Message, string Id)> Messages()
    {
        var ids = new HashSet<string>(StringComparer.Ordinal);
        var messages = new List<(JsonElement, string)>();
        foreach (var message in conversation.Member("chat_messages").Items())
        {
            if (message.Member("uuid").Id("uuid", remarks) is not { } messageId)
            {
                remarks.Add("dropped-message", "chat_messages", "a message without an id is left out");
            }
            else if (ids.Add(messageId))
            {
                messages.Add((message, messageId));
            }
            else
            {
                remarks.Add("duplicate-message", "chat_messages", $"a second message {messageId} is left out");
            }
        }

        return messages;
    }

    /// <param name="before">The message before it, which is its parent where it names none.</param>
    private string? Parent(JsonElement message, HashSet<string> ids, string? before)
    {
        var parent = message.Member("parent_message_uuid").Id("parent_message_uuid", remarks);
        if (parent is null || parent == NoParent)
        {
            return parent is null ? before : null;
        }

        if (ids.Contains(parent))
        {
            return parent;
        }

        remarks.Add("dangling-reference", "parent_message_uuid", $"message {parent} is not in the file, the link is dropped");
        return null;
    }

    private void AddMessage(ConversationItem item, JsonElement message, string messageId, string? parentId)
    {
        var source = Source(message);
        var text = ClaudeText.Read(message, remarks);
        var time = message.Member("created_at").Time("created_at", remarks);
        var files = ClaudeFiles.Read(messageId, message, line, time, remarks).ToList();
        item.Messages.Add(new MessageItem
        {
            Id = messageId,
            Line = line,
            ParentId = parentId,
            Source = source,
            Content = text,
            CreatedAtUtc = time,
            Hidden = source == MessageSource.System || (text is not { Length: > 0 } && files.Count == 0),
        });
        item.Files.AddRange(files);
        if (source == MessageSource.Provider)
        {
            item.Actions.AddRange(ClaudeActions.Read(messageId, message, line, time, remarks));
        }
    }

    private MessageSource Source(JsonElement message)
    {
        switch (message.Member("sender").Text(remarks))
        {
            case "human":
                return MessageSource.User;
            case "assistant":
                return MessageSource.Provider;
            default:
                remarks.Add("unknown-sender", "sender", "a message of an unknown sender is kept, not shown");
                return MessageSource.System;
        }
    }
}
