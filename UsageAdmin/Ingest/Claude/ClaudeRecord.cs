using System.Text.Json;
using UsageAdmin.Ingest.Json;

namespace UsageAdmin.Ingest.Claude;

/// <summary>A conversation, a person or a project, which its fields tell.</summary>
internal static class ClaudeRecord
{
    public static IReadOnlyList<ImportItem> Read(JsonElement record, long line)
    {
        var remarks = new Remarks();
        var kind = record.Member("chat_messages") is not null ? "conversation"
            : record.Member("email_address") is not null || record.Member("full_name") is not null ? "person"
            : record.Member("prompt_template") is not null || record.Member("is_starter_project") is not null
                || record.Member("creator") is not null ? "project"
            : null;
        if (kind is null)
        {
            return [Refused(line, "unknown-record", null, "is neither a conversation nor a person nor a project")];
        }

        if (record.Member("uuid").Id("uuid", remarks) is not { } id)
        {
            return [Refused(line, "invalid-value", "uuid", $"has no id of 1 to {StorableText.MaxIdBytes} bytes of text")];
        }

        return
        [
            .. kind switch
            {
                "conversation" => [new ClaudeConversation(record, id, line, remarks).Read()],
                "person" => [Person(record, id, line, remarks)],
                _ => Project(record, id, line, remarks),
            },
            .. remarks.Of($"{kind} {id}", line),
        ];
    }

    private static UserItem Person(JsonElement person, string id, long line, Remarks remarks) => new()
    {
        Id = id,
        Line = line,
        Name = Text(person, "full_name", remarks),
        Email = Text(person, "email_address", remarks),
    };

    /// <summary>Nothing for the project that Claude itself puts into every account.</summary>
    private static IReadOnlyList<ImportItem> Project(JsonElement project, string id, long line, Remarks remarks) =>
        project.Member("is_starter_project").IsTrue()
            ? []
            :
            [
                new ProjectItem
                {
                    Id = id,
                    Line = line,
                    Name = Text(project, "name", remarks),
                    CreatorId = project.Member("creator").Member("uuid").Id("creator", remarks) ?? default(Field<string>),
                    CreatedAtUtc = project.Member("created_at").Time("created_at", remarks) is { } created
                        ? created
                        : default(Field<DateTime?>),
                },
            ];

    private static Field<string> Text(JsonElement record, string name, Remarks remarks) =>
        record.Member(name).Text(remarks) is { Length: > 0 } text ? text : default(Field<string>);

    private static ProblemItem Refused(long line, string code, string? field, string reason) =>
        new(Refused: true, code, field, $"record {line} {reason}") { Line = line };
}
