namespace UsageAdmin.Ingest.Generator;

/// <summary>What a generated conversation is made to have; everything else is left to chance.</summary>
[Flags]
internal enum ConversationTraits
{
    None = 0,
    EditedPrompt = 1,
    SecondAnswer = 2,
    FailedAnswer = 4,
    TwoFiles = 8,
    Flagged = 16,
    Moderated = 32,
    WithoutApp = 64,
    InProject = 128,
    ToolUse = 256,

    /// <summary>Started by a schedule, not by hand.</summary>
    Scheduled = 512,
}
