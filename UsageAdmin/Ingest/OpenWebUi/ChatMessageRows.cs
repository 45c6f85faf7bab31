using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using UsageAdmin.Data;
using UsageAdmin.Ingest.Json;

namespace UsageAdmin.Ingest.OpenWebUi;

/// <summary>
/// The rows of <c>chat_message</c> of one chat, in the shape of <c>history.messages</c>. Their ids are
/// <c>{chat}-{message}</c>, their <c>parent_id</c> is the message's alone.
/// </summary>
internal sealed class ChatMessageRows : IDisposable
{
    private static readonly string[] Columns = ["id", "role", "parent_id", "model_id", "content", "output", "files", "done",
        "status_history", "error", "usage", "created_at"];

    private readonly Statement _rows;

    public ChatMessageRows(SourceDatabase database) => _rows = database.Prepare(
        $"SELECT {database.Tables.Columns("chat_message", Columns)} FROM chat_message WHERE chat_id = ?1 ORDER BY 12, 1");

    /// <summary>The rows as a JSON object; null: there are none.</summary>
    /// <param name="hasTime">
    /// Whether the chat itself has a time for a message: it holds, because the migration that made the rows replaced times it
    /// did not believe by its own.
    /// </param>
    /// <exception cref="InvalidDataException">They are longer than is allowed.</exception>
    public ReadOnlyMemory<byte>? Read(string chatId, Func<string, bool> hasTime, int maxBytes, Remarks remarks)
    {
        var json = new ArrayBufferWriter<byte>();
        _rows.Reset().Bind(1, chatId);
        try
        {
            while (_rows.Step())
            {
                Write(json, chatId, hasTime, remarks);
                if (json.WrittenCount > maxBytes)
                {
                    throw new InvalidDataException($"its messages take more than {maxBytes} bytes");
                }
            }
        }
        finally
        {
            _rows.Reset();
        }

        if (json.WrittenCount == 0)
        {
            return null;
        }

        json.Write("}"u8);
        return json.WrittenMemory;
    }

    public void Dispose() => _rows.Dispose();

    private void Write(ArrayBufferWriter<byte> json, string chatId, Func<string, bool> hasTime, Remarks remarks)
    {
        if (_rows.Storable(0, remarks) is not { Length: > 0 } key)
        {
            remarks.Add("id-too-long", "chat_message.id", "a row without a usable id is left out");
            return;
        }

        var id = key.Length > chatId.Length + 1 && key.StartsWith($"{chatId}-", StringComparison.Ordinal)
            ? key[(chatId.Length + 1)..]
            : key;
        json.Write(json.WrittenCount == 0 ? "{"u8 : ","u8);
        json.Write(Text(id));
        json.Write(":{\"id\":"u8);
        json.Write(Text(id));
        WriteText(json, "role", 1, remarks);
        WriteText(json, "parentId", 2, remarks);
        WriteText(json, "model", 3, remarks);
        WriteJson(json, "content", 4, remarks);
        WriteJson(json, "output", 5, remarks);
        WriteJson(json, "files", 6, remarks);
        if (!_rows.IsNull(7))
        {
            WriteProperty(json, "done", _rows.Number(7) != 0 ? "true"u8 : "false"u8);
        }

        WriteJson(json, "statusHistory", 8, remarks);
        WriteJson(json, "error", 9, remarks);
        WriteJson(json, "usage", 10, remarks);
        if (!hasTime(id))
        {
            WriteText(json, "timestamp", 11, remarks);
        }

        json.Write("}"u8);
    }

    private void WriteText(ArrayBufferWriter<byte> json, string name, int column, Remarks remarks)
    {
        if (_rows.Storable(column, remarks) is { } text)
        {
            WriteProperty(json, name, Text(text));
        }
    }

    /// <summary>What is NULL, or null as JSON, leaves the chat's own value as it is.</summary>
    private void WriteJson(ArrayBufferWriter<byte> json, string name, int column, Remarks remarks)
    {
        using var value = _rows.Json(column, $"chat_message.{name}", remarks);
        if (value is not null && value.RootElement.ValueKind != JsonValueKind.Null)
        {
            WriteProperty(json, name, _rows.Utf8(column));
        }
    }

    private static void WriteProperty(ArrayBufferWriter<byte> json, string name, ReadOnlySpan<byte> value)
    {
        json.Write(Encoding.ASCII.GetBytes($",\"{name}\":"));
        json.Write(value);
    }

    private static byte[] Text(string text) =>
        [(byte)'"', .. JsonEncodedText.Encode(text, JavaScriptEncoder.UnsafeRelaxedJsonEscaping).EncodedUtf8Bytes, (byte)'"'];
}
