using System.Text;
using UsageAdmin.Data.Schema;

namespace UsageAdmin.Ingest.Otlp;

/// <param name="StartUtc">When the call began.</param>
internal sealed record OtlpTimes(DateTime StartUtc, DateTime EndUtc);

/// <summary>
/// The messages that a call adds to its conversation: those behind the last answer in its history, which is sent whole with
/// each call, and its own answer.
/// </summary>
internal static class OtlpTurn
{
    /// <summary>New messages of one call; of more, the last are taken.</summary>
    private const int MostNew = 200;

    /// <summary>The id of the answer; null: the call has none as yet.</summary>
    public static string? AnswerOf(OtlpCall call) =>
        call.Outputs is { Count: > 0 } || (call.IsFailed && call.Inputs is { Count: > 0 }) ? AnswerId(call, 0) : null;

    /// <param name="times">Null: the messages are there and keep theirs.</param>
    public static void AddTo(OtlpConversation conversation, OtlpCall call, OtlpTimes? times)
    {
        conversation.Describe(call);
        var inputs = call.Inputs ?? [];
        var firstNew = inputs.Count;
        while (firstNew > Math.Max(0, inputs.Count - MostNew) && !inputs[firstNew - 1].IsAnswer)
        {
            firstNew--;
        }

        string? last = null;
        for (var i = firstNew; i < inputs.Count; i++)
        {
            var id = $"{call.Origin.Id}-{i}";
            Add(conversation, inputs[i], new MessageItem
            {
                Id = id,
                ParentId = last is null ? default(Field<string>) : last,
                Source = SourceOf(inputs[i]),
                Content = ContentOf(inputs[i]),
                CreatedAtUtc = times is null ? default(Field<DateTime?>) : times.StartUtc,
            });
            last = id;
        }

        var outputs = call.Outputs ?? [];
        for (var i = 0; i < outputs.Count; i++)
        {
            Add(conversation, outputs[i], Answer(call, times, i, last) with
            {
                Content = ContentOf(outputs[i]),

                // A turn that only calls tools says nothing to a person.
                Hidden = outputs[i] is { Text: null, ToolCalls.Count: > 0 },
                Active = i == 0,
            });
        }

        if (outputs.Count == 0 && AnswerOf(call) is not null)
        {
            conversation.Add(Answer(call, times, 0, last));
        }
    }

    private static MessageItem Answer(OtlpCall call, OtlpTimes? times, int choice, string? parent) => new()
    {
        Id = AnswerId(call, choice),
        ParentId = parent is null ? default(Field<string>) : parent,
        Source = MessageSource.Provider,
        CreatedAtUtc = times is null ? default(Field<DateTime?>) : times.EndUtc,
        Failed = call.IsFailed,
        Model = call.Model?.Id is { } model ? model : default(Field<string>),
    };

    private static void Add(OtlpConversation conversation, OtlpMessage message, MessageItem item)
    {
        conversation.Add(item);
        for (var i = 0; i < message.Files.Count; i++)
        {
            var file = message.Files[i];
            conversation.Add(new FileItem
            {
                Id = file.Id is { } id && Encoding.UTF8.GetByteCount(id) <= StorableText.MaxIdBytes ? id : $"{item.Id}-file{i}",
                MessageId = item.Id,
                Name = file.Name,
                MediaType = file.MediaType,
                Bytes = file.Bytes,
            });
        }

        foreach (var tool in message.ToolCalls.Where(t => item.Source.Value == MessageSource.Provider && IsId(t.Id) && IsId(t.Name)))
        {
            conversation.Add(new ActionItem { Id = tool.Id!, MessageId = item.Id, Name = tool.Name });
        }
    }

    private static string AnswerId(OtlpCall call, int choice) => $"{call.Origin.Id}-out{choice}";

    private static byte[]? ContentOf(OtlpMessage message) =>
        message.Text is { } text ? Encoding.UTF8.GetBytes(text) : null;

    private static MessageSource SourceOf(OtlpMessage message) => message.Role switch
    {
        "user" or "human" => MessageSource.User,
        "system" or "developer" => MessageSource.System,
        _ when message.IsAnswer => MessageSource.Provider,
        _ => MessageSource.Tool,
    };

    private static bool IsId(string? id) => id is { Length: > 0 } && Encoding.UTF8.GetByteCount(id) <= StorableText.MaxIdBytes;
}
