using System.Buffers;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using UsageAdmin.Ingest.Json;

namespace UsageAdmin.Ingest.OpenWebUi;

/// <summary>
/// A chat's messages by id: <c>history.messages</c>, with the rows of <c>chat_message</c> laid over it, which are what counts
/// since 0.8. Chats from before there were branches only have the list <c>messages</c>.
/// </summary>
internal sealed class ChatHistory : IDisposable
{
    private readonly JsonDocument? _made;

    private ChatHistory(JsonElement messages, JsonDocument? made) => (Messages, _made) = (messages, made);

    /// <summary>An object with a property per message.</summary>
    public JsonElement Messages { get; }

    /// <param name="rows">A JSON object of the same shape; null: none.</param>
    /// <exception cref="JsonException">The rows are no JSON.</exception>
    public static ChatHistory? Of(JsonElement? chat, ReadOnlyMemory<byte>? rows, Remarks remarks)
    {
        var history = chat.Member("history").Member("messages");
        var hasHistory = history is { ValueKind: JsonValueKind.Object };
        if (hasHistory && rows is null)
        {
            return new ChatHistory(history!.Value, made: null);
        }

        var list = hasHistory ? null : chat.Member("messages");
        if (!hasHistory && list is not { ValueKind: JsonValueKind.Array } && rows is null)
        {
            return null;
        }

        using var over = JsonDocument.Parse(rows ?? "{}"u8.ToArray(), OpenWebUiJson.Documents);
        var merged = new MergedObjects();
        foreach (var (name, message) in hasHistory ? ById(history!.Value) : Linked(list, remarks))
        {
            merged.Add(name, message);
        }

        foreach (var row in over.RootElement.EnumerateObject())
        {
            merged.Add(JsonMarshal.GetRawUtf8PropertyName(row).ToArray(), JsonMarshal.GetRawUtf8Value(row.Value).ToArray());
        }

        var made = JsonDocument.Parse(merged.ToJson(), OpenWebUiJson.Documents);
        return new ChatHistory(made.RootElement, made);
    }

    public void Dispose() => _made?.Dispose();

    private static IEnumerable<(byte[] Name, byte[] Message)> ById(JsonElement messages)
    {
        foreach (var property in messages.EnumerateObject())
        {
            yield return (JsonMarshal.GetRawUtf8PropertyName(property).ToArray(), Raw(property.Value));
        }
    }

    /// <summary>Messages of a list, each tied to the one before where it names no parent itself.</summary>
    private static IEnumerable<(byte[] Name, byte[] Message)> Linked(JsonElement? messages, Remarks remarks)
    {
        byte[]? before = null;
        var number = 0;
        foreach (var message in messages.Items())
        {
            number++;
            var id = message.Member("id").Id("id", remarks) is null
                ? Encoding.UTF8.GetBytes($"m{number}")
                : Raw(message.Member("id")!.Value)[1..^1];
            var raw = Raw(message);
            if (before is not null && message.ValueKind == JsonValueKind.Object && message.Member("parentId") is null)
            {
                raw = MergedObjects.Merge(raw, [.. "{\"parentId\":\""u8, .. before, .. "\"}"u8]);
            }

            yield return (id, raw);
            before = id;
        }
    }

    private static byte[] Raw(JsonElement element) => JsonMarshal.GetRawUtf8Value(element).ToArray();

    /// <summary>
    /// Objects by name, in the order in which they came. Joins texts, because a writer would refuse half characters, of which
    /// chats have been seen to hold some; of a property that occurs twice readers take the last one.
    /// </summary>
    private sealed class MergedObjects
    {
        private readonly OrderedDictionary<string, byte[]> _objects = new(StringComparer.Ordinal);

        public void Add(byte[] escapedName, byte[] value)
        {
            var name = Encoding.Latin1.GetString(escapedName);
            _objects[name] = _objects.TryGetValue(name, out var known) ? Merge(known, value) : value;
        }

        public static byte[] Merge(byte[] below, byte[] above)
        {
            if (below is not [(byte)'{', ..] || above is not [(byte)'{', ..])
            {
                return above;
            }

            var first = below.AsSpan(0, below.Length - 1);
            var second = above.AsSpan(1);
            var isOneEmpty = first[1..].Trim(" \t\r\n"u8).IsEmpty || second[..^1].Trim(" \t\r\n"u8).IsEmpty;
            return [.. first, .. isOneEmpty ? [] : ","u8, .. second];
        }

        public ReadOnlyMemory<byte> ToJson()
        {
            var json = new ArrayBufferWriter<byte>();
            foreach (var (name, value) in _objects)
            {
                json.Write(json.WrittenCount == 0 ? "{\""u8 : ",\""u8);
                json.Write(Encoding.Latin1.GetBytes(name));
                json.Write("\":"u8);
                json.Write(value);
            }

            json.Write(json.WrittenCount == 0 ? "{}"u8 : "}"u8);
            return json.WrittenMemory;
        }
    }
}
