namespace UsageAdmin.Usage;

/// <summary>Columns that are in no file where user-level data is off (exports.md 5).</summary>
internal static class IdentifyingColumns
{
    public static IReadOnlyList<string> Of(UsageDataType type) => type switch
    {
        UsageDataType.Users => ["name", "email"],
        UsageDataType.Assistants => ["assistant_description", "assistant_url", "assistant_owner_id", "assistant_owner_email"],
        UsageDataType.Workflows => ["workflow_owner_id", "workflow_owner_email"],
        UsageDataType.Projects => ["project_owner_email"],
        _ => [],
    };
}
