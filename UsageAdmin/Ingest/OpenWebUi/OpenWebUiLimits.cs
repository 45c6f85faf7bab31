namespace UsageAdmin.Ingest.OpenWebUi;

/// <summary>What a file of Open WebUI may hold, so that none takes the server's memory.</summary>
public sealed record OpenWebUiLimits
{
    /// <summary>One chat as JSON, its rows of <c>chat_message</c> counted separately. Longer ones are refused, the rest is read.</summary>
    public int MaxChatBytes { get; init; } = 64 << 20;

    /// <summary>A list of users as CSV, which is read as a whole.</summary>
    public int MaxUserListBytes { get; init; } = 64 << 20;
}
