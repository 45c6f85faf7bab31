using System.Text.Json;
using UsageAdmin.Ingest.Json;

namespace UsageAdmin.Ingest.OpenWebUi;

/// <summary>
/// One element of a JSON file: a chat of "Export All Chats", a person, or a page of the API's list of users. Lists may be
/// joined in one file in any way.
/// </summary>
internal sealed class ExportElement(OpenWebUiTimes times)
{
    private readonly ChatReader _chats = new(times, CustomModels.None);

    /// <summary>What the element says; empty for copies of shared chats.</summary>
    public IReadOnlyList<ImportItem> Read(JsonElement element, long line)
    {
        var remarks = new Remarks();
        if (element.Member("users") is { ValueKind: JsonValueKind.Array } users)
        {
            return [.. ((JsonElement?)users).Items().SelectMany(user => ReadUser(user, line, remarks)),
                .. remarks.Of("the list of users", line)];
        }

        if (element.Member("chat") is { } chat)
        {
            return ReadChat(element, chat, line, remarks);
        }

        return element.Member("email") is not null || element.Member("role") is not null
            ? [.. ReadUser(element, line, remarks), .. remarks.Of("the list of users", line)]
            : [Refused(line, "not-a-chat", null, "it has neither \"chat\" nor \"users\" nor \"email\"")];
    }

    private IReadOnlyList<ImportItem> ReadChat(JsonElement element, JsonElement chat, long line, Remarks remarks)
    {
        var userId = element.Member("user_id").Id("user_id", remarks);
        if (ChatRecord.IsSharedCopy(userId))
        {
            return [];
        }

        return element.Member("id").Id("id", remarks) is not { } id
            ? [Refused(line, "invalid-value", "id", $"its id is not 1 to {StorableText.MaxIdBytes} bytes of text")]
            : _chats.Read(
                new ChatRecord(id, chat)
                {
                    UserId = userId,
                    Title = element.Member("title").Text(remarks),
                    CreatedAtUtc = times.Read(element.Member("created_at"), "created_at", remarks),
                    FolderId = element.TryGetProperty("folder_id", out _)
                        ? element.Member("folder_id").Id("folder_id", remarks)
                        : default(Field<string>),
                },
                line, remarks);
    }

    private IEnumerable<ImportItem> ReadUser(JsonElement user, long line, Remarks remarks) =>
        UserRecord.Of(user, times, remarks) is { } record
            ? record.ToItems(line)
            : [Refused(line, "invalid-value", "id", "a person has no usable id")];

    private static ProblemItem Refused(long line, string code, string? field, string reason) =>
        new(Refused: true, code, field, $"record {line} cannot be read: {reason}") { Line = line };
}
