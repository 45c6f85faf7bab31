namespace UsageAdmin.Ingest.LibreChat;

/// <summary>What LibreChat's ids tell.</summary>
internal static class LibreChatIds
{
    /// <summary>The parent of messages that have none.</summary>
    public const string NoParent = "00000000-0000-0000-0000-000000000000";

    /// <summary>
    /// Whether it names an agent or assistant that somebody made. The ids of agents that LibreChat makes up for a chat with a
    /// mere model start otherwise.
    /// </summary>
    public static bool IsMade(string? id) =>
        id is not null
        && (id.StartsWith("agent_", StringComparison.Ordinal) || id.StartsWith("asst_", StringComparison.Ordinal));

    /// <summary>Whether it is 24 digits of MongoDB, as ids of people are.</summary>
    public static bool IsObjectId(string id) => id.Length == 24 && id.All(char.IsAsciiHexDigit);

    /// <summary>Null: an agent stands where the model should.</summary>
    public static string? Model(string? model) => IsMade(model) ? null : model;
}
