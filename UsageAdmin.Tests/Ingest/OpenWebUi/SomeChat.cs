using System.Text.Json.Nodes;

namespace UsageAdmin.Tests.Ingest.OpenWebUi;

/// <summary>The JSON of a chat, with messages in a tree as the web page keeps it.</summary>
internal sealed class SomeChat
{
    private readonly JsonObject _messages = [];
    private long _time = SomeDatabase.Created;

    /// <summary>The message last added, unless said otherwise.</summary>
    public string? Current { get; set; }

    public string[] Models { get; init; } = ["llama3:8b"];

    /// <param name="more">Further properties as a JSON object; they win.</param>
    public SomeChat Ask(string id, string? parent, string text = "hello", string more = "{}") =>
        Add(id, parent, more, ("role", "user"), ("content", text));

    public SomeChat Answer(string id, string? parent, string text = "hi", string more = "{}", string model = "llama3:8b") =>
        Add(id, parent, more, ("role", "assistant"), ("content", text), ("model", model), ("done", true));

    public JsonObject Message(string id) => _messages[id]!.AsObject();

    public override string ToString() => new JsonObject
    {
        ["id"] = "",
        ["title"] = "in the chat",
        ["models"] = new JsonArray([.. Models.Select(m => JsonValue.Create(m))]),
        ["params"] = new JsonObject { ["temperature"] = 0.5 },
        ["timestamp"] = 1_767_600_000_123,
        ["history"] = new JsonObject { ["currentId"] = Current, ["messages"] = _messages.DeepClone() },
        ["messages"] = new JsonArray([.. _messages.Select(m => m.Value!.DeepClone())]),
    }.ToJsonString();

    /// <summary>As an element of "Export All Chats".</summary>
    public string Exported(string id, string userId, string title = "A chat") => $$"""
        {"id":"{{id}}","user_id":"{{userId}}","title":"{{title}}","chat":{{this}},"updated_at":{{SomeDatabase.Created + 9000}},
         "created_at":{{SomeDatabase.Created}},"share_id":null,"archived":false,"pinned":false,"meta":{},"folder_id":null}
        """;

    /// <summary>Writes the messages as the migration to 0.8 does.</summary>
    public SomeChat WriteRows(SomeDatabase database, string chatId)
    {
        foreach (var (id, message) in _messages)
        {
            database.Add("chat_message", "id", $"{chatId}-{id}", "chat_id", chatId, "role", (string)message!["role"]!,
                "parent_id", (string?)message["parentId"], "content", message["content"]?.ToJsonString(),
                "model_id", (string?)message["model"], "done", 1, "error", message["error"]?.ToJsonString(),
                "usage", message["usage"]?.ToJsonString(), "files", message["files"]?.ToJsonString(),
                "created_at", (long)message["timestamp"]!, "updated_at", SomeDatabase.Created);
        }

        return this;
    }

    private SomeChat Add(string id, string? parent, string more, params (string Name, JsonNode? Value)[] properties)
    {
        var message = new JsonObject { ["id"] = id, ["parentId"] = parent, ["childrenIds"] = new JsonArray(), ["timestamp"] = _time };
        foreach (var (name, value) in properties)
        {
            message[name] = value;
        }

        foreach (var (name, value) in JsonNode.Parse(more)!.AsObject())
        {
            message[name] = value?.DeepClone();
        }

        _messages[id] = message;
        if (parent is not null && _messages[parent] is JsonObject above)
        {
            above["childrenIds"]!.AsArray().Add(JsonValue.Create(id));
        }

        _time += 60;
        Current = id;
        return this;
    }
}
