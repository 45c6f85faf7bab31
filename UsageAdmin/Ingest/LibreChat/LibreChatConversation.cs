using System.Text.Json;
using UsageAdmin.Ingest.Json;

namespace UsageAdmin.Ingest.LibreChat;

/// <summary>What the collection <c>conversations</c> and the options of a page's export say alike.</summary>
internal static class LibreChatConversation
{
    /// <summary>The agent, assistant or model spec that was asked; null: a mere model.</summary>
    public static string? App(JsonElement? options, Remarks remarks)
    {
        var agent = options.Member("agent_id").Id("agent_id", remarks);
        return (LibreChatIds.IsMade(agent) ? agent : null)
            ?? options.Member("assistant_id").Id("assistant_id", remarks)
            ?? options.Member("spec").Id("spec", remarks);
    }

    public static Field<double?> Temperature(JsonElement? options) =>
        options.Member("temperature").Amount() is >= 0 and <= 100 and var temperature
            ? (double)temperature
            : default(Field<double?>);
}
