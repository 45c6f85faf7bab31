using System.Text;
using UsageAdmin.Ingest.Otlp.Protos;

namespace UsageAdmin.Ingest.Otlp;

/// <param name="Text">Null: it has no part of text.</param>
internal sealed record OtlpMessage(
    string Role, string? Text, IReadOnlyList<OtlpToolCall> ToolCalls, IReadOnlyList<OtlpFile> Files, string? FinishReason)
{
    /// <summary>Whether a model has said it.</summary>
    public bool IsAnswer => Role is "assistant" or "model" or "ai";
}

/// <param name="Id">Of the source; null: none.</param>
internal sealed record OtlpToolCall(string? Id, string Name);

/// <param name="Bytes">Null: not stated.</param>
internal sealed record OtlpFile(string? Id, string? Name, string? MediaType, long? Bytes);

/// <summary>
/// Messages as <c>gen_ai.input.messages</c> and <c>gen_ai.output.messages</c> carry them: structured or as JSON in a text, in
/// parts or with a <c>content</c> as before.
/// </summary>
internal static class OtlpMessages
{
    /// <summary>Messages of one call; of longer ones the last are read, which are the new ones.</summary>
    private const int Most = 10_000;

    /// <returns>Null: there are none that can be read.</returns>
    /// <param name="role">Of a value that is plain text, and of messages that name none.</param>
    public static IReadOnlyList<OtlpMessage>? Read(AnyValue? value, string role)
    {
        if (value?.ValueCase == AnyValue.ValueOneofCase.StringValue)
        {
            var text = value.StringValue.AsSpan().TrimStart();
            if (text.StartsWith("[") || text.StartsWith("{"))
            {
                // A text that was cut to the SDK's longest attribute is no JSON any more.
                value = OtlpJson.TryParse(value.StringValue);
            }
            else
            {
                return text.IsEmpty ? null : [new OtlpMessage(role, OtlpAttributes.TextOf(value), [], [], null)];
            }
        }

        return value?.ValueCase switch
        {
            AnyValue.ValueOneofCase.ArrayValue => [.. value.ArrayValue.Values.TakeLast(Most).Select(m => Message(m, role)).OfType<OtlpMessage>()],
            AnyValue.ValueOneofCase.KvlistValue => Message(value, role) is { } one ? [one] : null,
            _ => null,
        };
    }

    /// <summary>As <c>gen_ai.prompt.0.role</c> and <c>gen_ai.prompt.0.content</c>; null: there are none.</summary>
    public static IReadOnlyList<OtlpMessage>? ReadNumbered(OtlpAttributes attributes, string prefix, string role)
    {
        var messages = new List<OtlpMessage>();
        for (var i = 0; i < Most; i++)
        {
            var at = FormattableString.Invariant($"{prefix}.{i}.");
            if (!attributes.Has(at + "content") && !attributes.Has(at + "role"))
            {
                break;
            }

            messages.Add(new OtlpMessage(
                attributes.Text(at + "role") ?? role, attributes.Text(at + "content"), [], [], attributes.Text(at + "finish_reason")));
        }

        return messages.Count > 0 ? messages : null;
    }

    private static OtlpMessage? Message(AnyValue value, string role)
    {
        if (value.ValueCase != AnyValue.ValueOneofCase.KvlistValue)
        {
            return OtlpAttributes.TextOf(value) is { } plain ? new OtlpMessage(role, plain, [], [], null) : null;
        }

        var message = new OtlpAttributes(value.KvlistValue.Values);
        if (message.Value("message") is { ValueCase: AnyValue.ValueOneofCase.KvlistValue } inner)
        {
            // A choice with its message in it.
            message = new OtlpAttributes(inner.KvlistValue.Values, value.KvlistValue.Values);
        }

        var parts = new Parts();
        parts.AddAll(message.Value("parts"));
        parts.AddAll(message.Value("content"));
        parts.AddAll(message.Value("tool_calls"));
        return new OtlpMessage(
            message.Text("role")?.ToLowerInvariant() ?? role, parts.Text, parts.ToolCalls, parts.Files, message.Text("finish_reason"));
    }

    private sealed class Parts
    {
        private StringBuilder? _text;

        public string? Text => _text?.ToString();

        public List<OtlpToolCall> ToolCalls { get; } = [];

        public List<OtlpFile> Files { get; } = [];

        public void AddAll(AnyValue? value)
        {
            if (value?.ValueCase == AnyValue.ValueOneofCase.ArrayValue)
            {
                foreach (var part in value.ArrayValue.Values)
                {
                    Add(part);
                }
            }
            else if (value is not null)
            {
                Add(value);
            }
        }

        private void Add(AnyValue value)
        {
            if (value.ValueCase != AnyValue.ValueOneofCase.KvlistValue)
            {
                AddText(OtlpAttributes.TextOf(value));
                return;
            }

            var part = new OtlpAttributes(value.KvlistValue.Values);
            switch (part.Text("type"))
            {
                case null or "text" or "output_text" or "input_text":
                    AddText(part.Text("content", "text"));
                    break;
                case "tool_call" or "function" or "tool_use" when NameOf(part) is { } name:
                    ToolCalls.Add(new OtlpToolCall(part.Text("id"), name));
                    break;
                case "tool_call_response":
                    AddText(part.Text("response", "result"));
                    break;
                case "blob":
                    Files.Add(new OtlpFile(null, part.Text("name"), part.Text("mime_type"), part.Text("content")?.Length * 3L / 4));
                    break;
                case "uri":
                    Files.Add(new OtlpFile(null, FileOf(part.Text("uri")), part.Text("mime_type"), null));
                    break;
                case "file":
                    Files.Add(new OtlpFile(part.Text("file_id"), part.Text("name", "filename"), part.Text("mime_type"), null));
                    break;
                default:
                    // Reasoning, and kinds that are still to come.
                    break;
            }
        }

        private void AddText(string? text)
        {
            if (text is not null)
            {
                _text = _text is null ? new StringBuilder(text) : _text.Append('\n').Append(text);
            }
        }

        private static string? NameOf(OtlpAttributes part) =>
            part.Text("name") ?? (part.Value("function") is { ValueCase: AnyValue.ValueOneofCase.KvlistValue } function
                ? new OtlpAttributes(function.KvlistValue.Values).Text("name")
                : null);

        /// <summary>What stands behind the last slash, without query, which may hold secrets.</summary>
        private static string? FileOf(string? uri) =>
            uri?.Split('?', '#')[0].Split('/')[^1] is { Length: > 0 } name && !uri.StartsWith("data:", StringComparison.OrdinalIgnoreCase)
                ? name
                : null;
    }
}
