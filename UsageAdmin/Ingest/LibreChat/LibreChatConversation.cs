using System.Text.Json;
using UsageAdmin.Ingest.Json;

namespace UsageAdmin.Ingest.LibreChat;

/// <summary>A document of <c>conversations</c>, and what the options of a page's export say alike.</summary>
internal static class LibreChatConversation
{
    public static ConversationItem Read(JsonElement conversation, string id, long line, Remarks remarks)
    {
        var model = conversation.Member("model").Id("model", remarks);
        return new ConversationItem
        {
            Id = id,
            Line = line,
            HasHeader = true,
            FollowsNewest = true,
            UserId = conversation.Member("user").Key("user", remarks) ?? default(Field<string>),
            AppId = App(conversation, remarks) ?? (LibreChatIds.IsMade(model) ? model : null) ?? default(Field<string>),
            ProjectId = conversation.Member("chatProjectId").Key("chatProjectId", remarks) ?? default(Field<string>),
            Model = LibreChatIds.Model(model) ?? default(Field<string>),
            Temperature = Temperature(conversation),
            Title = LibreChatMessage.Temporary(conversation)
                ? default(Field<string>)
                : conversation.Member("title").Text(remarks) ?? default(Field<string>),
            CreatedAtUtc = conversation.Member("createdAt").Date("createdAt", remarks) is { } created
                ? created
                : default(Field<DateTime?>),
        };
    }

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
