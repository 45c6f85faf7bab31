using System.Text;
using UsageAdmin.Data.Schema;
using UsageAdmin.Ingest;

namespace UsageAdmin.Tests.Support;

/// <summary>Valid ingested things by default; named arguments for what a test is about.</summary>
internal static class Some
{
    /// <summary>10:00 in Berlin.</summary>
    public static readonly DateTime Morning = new(2026, 1, 5, 9, 0, 0, DateTimeKind.Utc);

    public static ConversationItem Conversation(
        string id, DateTime? at = null, string user = "u1", string? app = null, string? project = null,
        string? section = null, string? model = null, double? temperature = null, params MessageItem[] messages)
    {
        var conversation = new ConversationItem
        {
            Id = id,
            HasHeader = true,
            UserId = user,
            AppId = app,
            ProjectId = project,
            SectionId = section,
            Model = model,
            Temperature = temperature,
            CreatedAtUtc = at ?? Morning,
        };
        conversation.Messages.AddRange(messages);
        return conversation;
    }

    public static MessageItem Message(
        string id, string? content = "hi", MessageSource source = MessageSource.User, DateTime? at = null,
        string? parent = null, bool active = true, bool failed = false, bool hidden = false, string? model = null,
        TokenUsage? usage = null) => new()
        {
            Id = id,
            Content = content is null ? default(byte[]) : Encoding.UTF8.GetBytes(content),
            Source = source,
            CreatedAtUtc = at ?? Morning,
            ParentId = parent,
            Active = active,
            Failed = failed,
            Hidden = hidden,
            Model = model,
            Usage = usage,
        };

    /// <summary>Writes the items as an import of format <c>test</c> does.</summary>
    public static Task<ImportReport> ImportAsync(this TestDatabase test, params ImportItem[] items) =>
        test.ImportAsync(TestDatabase.WorkspacePublicId, items);

    public static Task<ImportReport> ImportAsync(this TestDatabase test, string workspace, params ImportItem[] items) =>
        new ImportWriter(test.Database, TimeProvider.System).WriteAsync(
            items.ToAsyncEnumerable(), new ImportRequest("test", "test", workspace), TestContext.Current.CancellationToken);
}
