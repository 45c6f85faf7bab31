using UsageAdmin.Ingest.Json;

namespace UsageAdmin.Ingest.LiteLlm;

/// <summary>
/// A row of <c>LiteLLM_SpendLogs</c>: one request, with its tokens and cost. No message is made of it, because the proxy does not
/// store them as such (ingest.md 4.4).
/// </summary>
internal static class SpendLog
{
    /// <summary>The columns that are read; those with keys, texts and addresses are not among them.</summary>
    public static readonly string[] Columns =
    [
        "request_id", "call_type", "spend", "prompt_tokens", "completion_tokens", "startTime", "model", "model_group",
        "user", "end_user", "project_id", "mcp_namespaced_tool_name", "metadata",
    ];

    public static IReadOnlyList<ImportItem> Read(LiteLlmRow row)
    {
        if (row.Text("request_id") is not { } id)
        {
            return [Refused(row, "request_id", "has no request_id")];
        }

        if (LiteLlmValues.Time(row.Text("startTime")) is not { } time)
        {
            return [Refused(row, "startTime", "has no time that could be read")];
        }

        if (row.Has("mcp_namespaced_tool_name"))
        {
            row.Remarks.Add("mcp-call", "mcp_namespaced_tool_name",
                "a call of a tool is left out: it belongs to a conversation, and the file has none");
            return [];
        }

        return
        [
            new UsageEventItem
            {
                Id = StorableText.Id(id),
                Line = row.Line,
                CreatedAtUtc = time,
                UserId = row.Id("end_user") ?? row.Id("user") ?? default(Field<string>),
                AppId = row.MetadataId("user_api_key_alias") ?? default(Field<string>),
                ProjectId = row.Id("project_id") ?? row.MetadataId("user_api_key_project_id", "project_id")
                    ?? default(Field<string>),
                Model = row.Id("model_group") ?? row.Id("model") ?? default(Field<string>),
                Kind = row.Id("call_type") ?? default(Field<string>),
                Usage = Usage(row),
            },
        ];
    }

    private static TokenUsage Usage(LiteLlmRow row)
    {
        var details = row.Metadata.Member("usage_object") ?? row.Metadata.Member("additional_usage_values");
        var input = details.Member("prompt_tokens_details");
        return new TokenUsage
        {
            Input = LiteLlmValues.Tokens(row.Text("prompt_tokens")),
            Output = LiteLlmValues.Tokens(row.Text("completion_tokens")),
            CachedInput = LiteLlmValues.Tokens(input.Member("cached_tokens"))
                ?? LiteLlmValues.Tokens(details.Member("cache_read_input_tokens")),
            CacheCreation = LiteLlmValues.Tokens(details.Member("cache_creation_input_tokens"))
                ?? LiteLlmValues.Tokens(input.Member("cache_creation_tokens")),
            Reasoning = LiteLlmValues.Tokens(details.Member("completion_tokens_details").Member("reasoning_tokens")),
            CostMicroUsd = LiteLlmValues.MicroUsd(row.Text("spend")),
        };
    }

    private static ProblemItem Refused(LiteLlmRow row, string field, string reason) =>
        new(Refused: true, "invalid-value", field, $"row {row.Line} {reason}") { Line = row.Line };
}
