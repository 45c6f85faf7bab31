using System.Text.Json;
using UsageAdmin.Ingest.Json;

namespace UsageAdmin.Ingest.OpenWebUi;

/// <summary>
/// The tokens of one answer, in the words of whichever backend gave it: OpenAI, Ollama, llama.cpp, or Open WebUI's own since
/// 0.8, which come first because they alone sum the calls of one turn (ingest.md 4.1).
/// </summary>
internal static class MessageTokens
{
    private static readonly string[] Input = ["input_tokens", "prompt_tokens", "prompt_eval_count", "prompt_n"];
    private static readonly string[] Output = ["output_tokens", "completion_tokens", "eval_count", "predicted_n"];

    /// <summary>Unset where the message states none.</summary>
    public static Field<TokenUsage> Read(JsonElement message)
    {
        var info = message.Member("info");
        foreach (var usage in (JsonElement?[])[message.Member("usage"), info.Member("usage"), info])
        {
            if (ReadUsage(usage) is { } found)
            {
                return found;
            }
        }

        return default;
    }

    private static TokenUsage? ReadUsage(JsonElement? usage)
    {
        var tokens = new TokenUsage
        {
            Input = First(usage, Input),
            Output = First(usage, Output),
            CachedInput = Number(usage.Member("prompt_tokens_details").Member("cached_tokens"))
                ?? Number(usage.Member("cache_read_input_tokens"))
                ?? Number(usage.Member("input_tokens_details").Member("cached_tokens")),
            Reasoning = Number(usage.Member("completion_tokens_details").Member("reasoning_tokens"))
                ?? Number(usage.Member("output_tokens_details").Member("reasoning_tokens")),
        };
        return tokens == new TokenUsage() ? null : tokens;
    }

    private static long? First(JsonElement? usage, string[] names)
    {
        foreach (var name in names)
        {
            if (Number(usage.Member(name)) is { } number)
            {
                return number;
            }
        }

        return null;
    }

    /// <summary>A count up to 10^12; some backends write <c>12.0</c>.</summary>
    private static long? Number(JsonElement? value) =>
        value is { ValueKind: JsonValueKind.Number } number && number.TryGetDecimal(out var count)
        && count is >= 0 and <= 1_000_000_000_000m && decimal.IsInteger(count)
            ? (long)count
            : null;
}
