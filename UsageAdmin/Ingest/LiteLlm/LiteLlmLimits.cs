namespace UsageAdmin.Ingest.LiteLlm;

/// <summary>What a file of LiteLLM may hold, so that none takes the server's memory.</summary>
public sealed record LiteLlmLimits
{
    /// <summary>One row: as JSON all of it, in bytes; as CSV the columns that are read, in characters. Longer ones are refused.</summary>
    public int MaxRecordLength { get; init; } = 64 << 20;
}
