using System.Text.Json;
using UsageAdmin.Ingest.Json;
using UsageAdmin.Ingest.Ndjson;

namespace UsageAdmin.Ingest.LibreChat;

/// <summary>
/// Documents of LibreChat's database as <c>mongoexport</c> writes them. Of which collection one is, its fields tell. Messages
/// that stand near each other are joined by conversation.
/// </summary>
internal sealed class Documents
{
    private readonly List<ImportItem> _items = [];
    private readonly ConversationGatherer _conversations;
    private readonly LibreChatPeople _people = new();
    private readonly KnownFiles _files;
    private readonly SortedDictionary<string, Remarks> _remarks = new(StringComparer.Ordinal);
    private bool _hasMessages;

    public Documents(LibreChatLimits limits)
    {
        _files = new KnownFiles(limits.MaxKnownFiles);
        _conversations = new ConversationGatherer(_items.Add);
    }

    /// <summary>The collection that a document's fields belong to; null: none that is read, or no document at all.</summary>
    public static string? CollectionOf(JsonElement record)
    {
        bool Has(params ReadOnlySpan<string> names)
        {
            foreach (var name in names)
            {
                if (!record.TryGetProperty(name, out _))
                {
                    return false;
                }
            }

            return true;
        }

        return record.ValueKind != JsonValueKind.Object || !Has("_id") ? null
            : Has("tokenType", "user") ? "transactions"
            : Has("messageId", "conversationId", "isCreatedByUser") ? "messages"
            : Has("file_id", "filename") ? "files"
            : Has("shareId") || Has("messageId") || Has("presetId") ? null
            : Has("conversationId") ? "conversations"
            : Has("memberIds", "name") ? "groups"
            : Has("id", "author", "provider") ? "agents"
            : Has("email", "provider") || Has("email", "role") ? "users"
            : Has("name", "user", "conversationCount") ? "chatprojects"
            : null;
    }

    public IReadOnlyList<ImportItem> Read(JsonElement record, long line)
    {
        var collection = CollectionOf(record);
        if (collection is null)
        {
            return PageExport.IsOne(record)
                ? PageExport.Read(record, line)
                : [Refused(line, "unknown-record", null, "is nothing that is known of LibreChat")];
        }

        Read(collection, record, line);
        return Take();
    }

    /// <summary>What is left once everything is read.</summary>
    public IReadOnlyList<ImportItem> Finish()
    {
        _conversations.Flush();
        if (!_files.IsEmpty && !_hasMessages)
        {
            RemarksOf("files").Add("unplaced-file", "files",
                "files say nothing without the messages that they were sent with: put both collections in one ZIP");
        }

        return [.. Take(), .. _remarks.SelectMany(remarks => remarks.Value.Of(remarks.Key, 0))];
    }

    private List<ImportItem> Take()
    {
        List<ImportItem> items = [.. _items];
        _items.Clear();
        return items;
    }

    private void Read(string collection, JsonElement record, long line)
    {
        var remarks = RemarksOf(collection);
        if (collection == "files")
        {
            _files.Add(record, remarks);
            return;
        }

        var key = collection switch
        {
            "messages" => "messageId",
            "conversations" => "conversationId",
            "agents" => "id",
            _ => "_id",
        };
        if (record.Member(key).Key(key, remarks) is not { } id)
        {
            _items.Add(Refused(line, "invalid-value", key, $"of {collection} has no usable {key}"));
            return;
        }

        switch (collection)
        {
            case "users":
                _items.AddRange(_people.ReadUser(record, id, line, remarks));
                break;
            case "groups":
                _items.AddRange(_people.ReadGroup(record, id, line, remarks));
                break;
            case "agents":
                _items.Add(LibreChatMade.ReadAgent(record, id, line, remarks));
                break;
            case "chatprojects":
                _items.Add(LibreChatMade.ReadProject(record, id, line, remarks));
                break;
            case "conversations":
                _conversations.Add(id, LibreChatConversation.Read(record, id, line, remarks));
                break;
            case "messages":
                ReadMessage(record, id, line, remarks);
                break;
            default:
                ReadTransaction(record, id, line, remarks);
                break;
        }
    }

    private void ReadTransaction(JsonElement record, string id, long line, Remarks remarks)
    {
        var request = Transaction.Read(record, id, line, remarks, out var problem);
        if (request?.ConversationId.Value is { } conversationId)
        {
            _conversations.Add(conversationId, request);
        }
        else if (((ImportItem?)request ?? problem) is { } item)
        {
            _items.Add(item);
        }
    }

    private void ReadMessage(JsonElement record, string id, long line, Remarks remarks)
    {
        _hasMessages = true;
        if (record.Member("conversationId").Key("conversationId", remarks) is not { } conversationId)
        {
            _items.Add(Refused(line, "invalid-value", "conversationId", "of messages has no usable conversationId"));
            return;
        }

        var message = new LibreChatMessage(record, id, line, hasTokens: false, remarks) { Files = _files };
        if (!_conversations.Holds(conversationId))
        {
            // The message itself says whose it is, so that the collection can come in alone.
            _conversations.Add(conversationId, new ConversationItem
            {
                Id = conversationId,
                Line = line,
                HasHeader = true,
                FollowsNewest = true,
                UserId = message.UserId ?? default(Field<string>),
            });
        }

        foreach (var part in message.ToItems(LibreChatMessage.ParentOf(record, remarks)))
        {
            _conversations.Add(conversationId, part);
        }
    }

    private Remarks RemarksOf(string collection)
    {
        if (!_remarks.TryGetValue(collection, out var remarks))
        {
            _remarks.Add(collection, remarks = new Remarks());
        }

        return remarks;
    }

    private static ProblemItem Refused(long line, string code, string? field, string reason) =>
        new(Refused: true, code, field, $"record {line} {reason}") { Line = line };
}
