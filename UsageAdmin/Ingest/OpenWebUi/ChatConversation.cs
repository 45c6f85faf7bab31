using System.Text.Json;
using UsageAdmin.Data.Schema;
using UsageAdmin.Ingest.Json;

namespace UsageAdmin.Ingest.OpenWebUi;

/// <summary>
/// One chat as a conversation. All messages come in, whatever branch they are on; what counts follows from their source and
/// their marks.
/// </summary>
internal sealed class ChatConversation(ChatRecord record, CustomModels models, long line, Remarks remarks)
{
    /// <param name="tree">Null: the chat has no messages.</param>
    public ConversationItem Read(MessageTree? tree)
    {
        var asked = Asked(tree);
        var item = new ConversationItem
        {
            Id = record.Id,
            Line = line,
            HasHeader = true,
            UserId = record.UserId ?? default(Field<string>),
            AppId = asked.Find(models.Contains) ?? default(Field<string>),
            ProjectId = record.FolderId,
            Model = asked.Count > 0 ? models.BaseOf(asked[0]) : default(Field<string>),
            Temperature = Temperature(record.Chat.Member("params").Member("temperature")),
            Title = record.Title ?? record.Chat.Member("title").Text(remarks),
            CreatedAtUtc = record.CreatedAtUtc,
        };
        if (tree is not null)
        {
            AddMessages(item, tree);
        }

        item.Files.AddRange(record.Files.Where(file =>
            !item.Files.Exists(known => known.Id == file.Id && known.MessageId == file.MessageId)));
        AddRatings(item);
        return item;
    }

    /// <summary>The models that were asked: those chosen for the chat, then those of its answers.</summary>
    private List<string> Asked(MessageTree? tree) =>
    [
        .. record.Chat.Member("models").Items().Select(model => ((JsonElement?)model).Id("models", remarks)).OfType<string>(),
        .. tree?.Nodes.Select(node => ModelOf(node.Message)).OfType<string>() ?? [],
    ];

    private string? ModelOf(JsonElement? message) => (message.Member("model") ?? message.Member("model_id")).Id("model", remarks);

    private void AddMessages(ConversationItem item, MessageTree tree)
    {
        var parents = tree.NearestAbove(node => node.Message is not null);
        for (var index = 0; index < tree.Nodes.Count; index++)
        {
            if (tree.Nodes[index] is not { Message: { } message } node)
            {
                remarks.Add("dropped-message", "history.messages", "a message that is no object is left out");
                continue;
            }

            var parent = parents[index] < 0 ? null : tree.Nodes[parents[index]].Id;
            AddMessage(item, node, message, parent);
        }
    }

    private void AddMessage(ConversationItem item, MessageNode node, JsonElement message, string? parentId)
    {
        var source = Source(message);
        var text = MessageText.Read(message, remarks);
        var files = MessageFiles.Read(node.Id, message, line, node.CreatedAtUtc, remarks).ToList();
        var isAnswer = source == MessageSource.Provider;
        var isFailed = isAnswer && IsError(message.Member("error"));
        if (isAnswer && !isFailed && message.Member("done") is { ValueKind: JsonValueKind.False })
        {
            remarks.Add("unfinished", "done", "an answer that was not finished is taken as far as it came");
        }

        item.Messages.Add(new MessageItem
        {
            Id = node.Id,
            Line = line,
            ParentId = parentId,
            Source = source,
            Content = text,
            CreatedAtUtc = node.CreatedAtUtc,
            Active = node.IsActive,
            Hidden = source is not (MessageSource.User or MessageSource.Provider)
                || (!isFailed && text is not { Length: > 0 } && files.Count == 0),
            Failed = isFailed,
            Model = isAnswer && ModelOf(message) is { } model ? models.BaseOf(model) : default(Field<string>),
            Usage = isAnswer ? MessageTokens.Read(message) : default,
        });
        item.Files.AddRange(files);
        if (isAnswer)
        {
            item.Actions.AddRange(MessageActions.Read(node.Id, message, text, line, node.CreatedAtUtc, remarks));
            if (MessageRating.Read(message.Member("annotation"), remarks) is { } rating)
            {
                item.Feedback.Add(rating.ToItem(node.Id, line));
            }
        }
    }

    /// <summary>A row tells of the same act as the annotation on its message, and more of it: it takes its place.</summary>
    private void AddRatings(ConversationItem item)
    {
        foreach (var rating in record.Ratings)
        {
            item.Feedback.RemoveAll(annotation => annotation.Id == rating.Id);
            item.Feedback.Add(rating);
        }
    }

    private MessageSource Source(JsonElement message)
    {
        switch (message.Member("role").Text(remarks))
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
                remarks.Add("unknown-role", "role", "a message of an unknown role is kept, not shown");
                return MessageSource.System;
        }
    }

    private static bool IsError(JsonElement? error) => error is { } value
        && value.ValueKind != JsonValueKind.False && !(value.ValueKind == JsonValueKind.String && value.ValueEquals(""));

    private static Field<double?> Temperature(JsonElement? value) =>
        value is { ValueKind: JsonValueKind.Number } number && number.TryGetDouble(out var temperature)
        && temperature is >= 0 and <= 100
            ? temperature
            : default(Field<double?>);
}
