namespace UsageAdmin.Ingest.LiteLlm;

/// <summary>Which of LiteLLM's tables a file is, by its columns.</summary>
internal sealed record LiteLlmTable(string[] Columns, Func<LiteLlmRow, IReadOnlyList<ImportItem>> Read)
{
    private const string Instead =
        "Export the table LiteLLM_SpendLogs as CSV, or take /spend/logs?summarize=false; docs/import-litellm.md has the commands.";

    private static readonly LiteLlmTable SpendLogs = new(SpendLog.Columns, SpendLog.Read);
    private static readonly LiteLlmTable Users = new(LiteLlmUser.Columns, LiteLlmUser.Read);

    /// <param name="has">Whether there is a column, or field, of that name.</param>
    /// <exception cref="InvalidHeaderException">It is a sum of many requests, or nothing of LiteLLM at all.</exception>
    public static LiteLlmTable Of(Func<string, bool> has)
    {
        if (has("request_id") && has("startTime"))
        {
            return SpendLogs;
        }

        if (has("user_id") && (has("user_email") || has("user_alias")))
        {
            return Users;
        }

        if (has("Spend ($)") || has("Total Tokens"))
        {
            throw new InvalidHeaderException(
                "This is the CSV of LiteLLM's Usage page. It holds sums, not requests, and with models it counts a key's tokens " +
                $"once for every model. {Instead}");
        }

        if (has("api_requests") || has("results") || has("group_by_day") || has("models") || has("total_spend"))
        {
            throw new InvalidHeaderException(
                $"This is a daily sum of LiteLLM, not its requests: sums of different tables repeat each other. {Instead}");
        }

        throw new InvalidHeaderException($"The file is not of LiteLLM. {Instead}");
    }
}
