using System.Text;
using System.Text.Json;
using UsageAdmin.Ingest.Json;

namespace UsageAdmin.Ingest.OpenWebUi;

/// <summary>
/// The tools that an answer used: its status history, its <c>output</c> items and the tool calls in its text. The same call
/// may stand in two of them, with the same id.
/// </summary>
internal sealed class MessageActions(string messageId, long line, DateTime? time, Remarks remarks)
{
    private readonly Dictionary<string, ActionItem> _byId = new(StringComparer.Ordinal);

    public static IEnumerable<ActionItem> Read(
        string messageId, JsonElement message, byte[]? text, long line, DateTime? time, Remarks remarks)
    {
        var actions = new MessageActions(messageId, line, time, remarks);
        actions.ReadOutput(message.Member("output"));
        if (text is not null && text.AsSpan().IndexOf("<details"u8) >= 0)
        {
            foreach (var (id, name) in ToolCallBlocks.Find(Encoding.UTF8.GetString(text)))
            {
                actions.Add(id, name, default);
            }
        }

        actions.ReadStatuses(message.Member("statusHistory"));
        return actions._byId.Values;
    }

    private void ReadOutput(JsonElement? output)
    {
        const string Call = "_call";
        foreach (var item in output.Items())
        {
            var type = item.Member("type").Text(remarks) ?? "";
            var name = item.Member("name").Id("output.name", remarks)
                ?? (type.EndsWith(Call, StringComparison.Ordinal) ? type[..^Call.Length] : type);
            if (type.EndsWith(Call, StringComparison.Ordinal) || type == "open_webui:code_interpreter")
            {
                var status = item.Member("status").Text(remarks);
                Add((item.Member("call_id") ?? item.Member("id")).Text(remarks) ?? "", name, status switch
                {
                    "completed" => "ok",
                    "failed" or "incomplete" => "failed",
                    _ => default(Field<string>),
                });
            }
        }
    }

    /// <summary>One use per name, however many steps are told: counts take (message, name) as one (decisions.md 4).</summary>
    private void ReadStatuses(JsonElement? statuses)
    {
        foreach (var status in statuses.Items())
        {
            if (status.Member("action").Id("statusHistory.action", remarks) is { } name && ActionNames.Of(name) is { } known
                && (_byId.ContainsKey(StatusId(known)) || _byId.Values.All(action => action.Name != known)))
            {
                var isFailed = status.Member("error") is { ValueKind: not JsonValueKind.False };
                var isDone = status.Member("done").IsTrue();
                _byId[StatusId(known)] = Item(StatusId(known), known,
                    isFailed ? "failed" : isDone ? "ok" : default(Field<string>));
            }
        }
    }

    private string StatusId(string name) => Unique($"status-{name}");

    private void Add(string callId, string name, Field<string> status)
    {
        var id = Unique(callId.Length > 0 ? callId : $"call-{_byId.Count + 1}");
        if (ActionNames.Of(name) is { } known && Encoding.UTF8.GetByteCount(known) <= StorableText.MaxIdBytes)
        {
            _byId.TryAdd(id, Item(id, known, status));
        }
    }

    /// <summary>Calls are numbered anew in each answer by some backends.</summary>
    private string Unique(string id) => StorableText.Id($"{messageId}/{id}");

    private ActionItem Item(string id, string name, Field<string> status) => new()
    {
        Id = id,
        Line = line,
        MessageId = messageId,
        Name = name,
        Status = status,
        CreatedAtUtc = time,
    };
}
