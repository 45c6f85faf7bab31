using System.Text.Json;
using UsageAdmin.Ingest.Json;

namespace UsageAdmin.Ingest.LibreChat;

/// <summary>The collections <c>agents</c> and <c>chatprojects</c>: what people made.</summary>
internal static class LibreChatMade
{
    public static ImportItem ReadAgent(JsonElement agent, string id, long line, Remarks remarks) => new AppItem
    {
        Id = id,
        Line = line,
        Name = Text(agent, "name", remarks),
        Description = Text(agent, "description", remarks),
        Category = Text(agent, "category", remarks),
        CreatorId = agent.Member("author").Key("author", remarks) ?? default(Field<string>),
        CreatedAtUtc = agent.Member("createdAt").Date("createdAt", remarks) is { } created
            ? created
            : default(Field<DateTime?>),
        ValidFromUtc = agent.Member("updatedAt").Date("updatedAt", remarks),
        Model = agent.Member("model").Id("model", remarks) ?? default(Field<string>),

        // Until agents had access lists, to share one with everybody was to put it into the project of the instance.
        Published = agent.Member("projectIds").Items().Any() ? true : default(Field<bool?>),
    };

    public static ImportItem ReadProject(JsonElement project, string id, long line, Remarks remarks) => new ProjectItem
    {
        Id = id,
        Line = line,
        Name = Text(project, "name", remarks),
        CreatorId = project.Member("user").Key("user", remarks) ?? default(Field<string>),
        CreatedAtUtc = project.Member("createdAt").Date("createdAt", remarks) is { } created
            ? created
            : default(Field<DateTime?>),
    };

    private static Field<string> Text(JsonElement record, string name, Remarks remarks) =>
        record.Member(name).Text(remarks) is { Length: > 0 } text ? text : default(Field<string>);
}
