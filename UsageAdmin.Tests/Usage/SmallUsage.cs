using UsageAdmin.Data.Schema;
using UsageAdmin.Ingest;
using UsageAdmin.Tests.Support;

namespace UsageAdmin.Tests.Usage;

/// <summary>A few people in March 2026, small enough to check every cell of a file by hand.</summary>
internal static class SmallUsage
{
    public static async Task FillAsync(TestDatabase database)
    {
        await database.ImportAsync(
            Model("gpt-4o", "openai", ownKeys: true, input: 2_500_000, output: 10_000_000),
            Model("house-llm", "local", ownKeys: false, input: null, output: null),
            User("ann", "Ann, \"A\"", MemberRole.Admin), User("bob", "=Bob", MemberRole.Editor), User("cyd", "Cyd", MemberRole.Member),
            Member("ann", "2026-01-10", MemberRole.Admin), Member("bob", "2026-02-11", MemberRole.Editor),
            Member("cyd", "2026-03-12", MemberRole.Member),
            new AppItem { Id = "tutor", Name = "Tutor", CreatorId = "ann", CreatedAtUtc = Day(1), Description = "Helps", Url = "https://ai.example.com/tutor" },
            new AppItem { Id = "idle", Name = "Idle", CreatorId = "bob", CreatedAtUtc = Day(1) },
            new ProjectItem { Id = "alpha", Name = "Alpha", CreatorId = "bob", CreatedAtUtc = Day(1) },
            new WorkflowItem { Id = "mail", Name = "Mail", CreatorId = "ann", CreatedAtUtc = Day(1) },
            Chat("c1", "ann", 2, app: "tutor", project: null, "gpt-4o", prompts: 2),
            Chat("c2", "bob", 3, app: "tutor", project: null, "gpt-4o", prompts: 1),
            Chat("c3", "ann", 4, app: "tutor", project: "alpha", "house-llm", prompts: 1),
            Chat("c4", "bob", 5, app: null, project: null, "gpt-4o", prompts: 2),
            Run("r1", "ann", RunStatus.Ok, 1000), Run("r2", "ann", RunStatus.Failed, 3000), Run("r3", null, RunStatus.Cancelled, null));
        await using var db = database.Context();
        var organization = db.Organizations.Single(o => o.Id == database.Organization.Id);
        organization.WorkflowsEnabled = true;
        await db.SaveChangesAsync();
    }

    public static DateTime Day(int day) => new(2026, 3, day, 9, 0, 0, DateTimeKind.Utc);

    private static ModelItem Model(string id, string provider, bool ownKeys, long? input, long? output) => new()
    {
        Id = id,
        Provider = provider,
        BringYourKeys = ownKeys,
        MicroUsdPerMillionInput = input,
        MicroUsdPerMillionOutput = output,
    };

    private static UserItem User(string id, string name, MemberRole role) =>
        new() { Id = id, Name = name, Email = $"{id}@example.com", Role = role };

    private static MembershipItem Member(string user, string joined, MemberRole role) => new()
    {
        UserId = user,
        JoinedAtUtc = DateTime.Parse(joined + "T12:00:00Z", null).ToUniversalTime(),
        Role = role,
    };

    private static ConversationItem Chat(
        string id, string user, int day, string? app, string? project, string model, int prompts)
    {
        var chat = Some.Conversation(id, Day(day), user, app, project, model: model);
        for (var i = 0; i < prompts; i++)
        {
            var at = Day(day).AddMinutes(5 * i);
            chat.Messages.Add(Some.Message($"q{i}", source: MessageSource.User, at: at));
            chat.Messages.Add(Some.Message(
                $"a{i}", source: MessageSource.Provider, at: at.AddSeconds(4), parent: $"q{i}",
                usage: new TokenUsage { Input = 100 + (50 * i), Output = 20, CachedInput = 10 }));
        }

        chat.Feedback.Add(new FeedbackItem { Id = "f", MessageId = "a0", Rating = id == "c2" ? -1 : 1 });
        chat.Actions.Add(new ActionItem { Id = "s1", MessageId = "a0", Name = "web_search" });
        chat.Actions.Add(new ActionItem { Id = "s2", MessageId = "a0", Name = "web_search" });
        return chat;
    }

    private static WorkflowRunItem Run(string id, string? user, RunStatus status, int? milliseconds) => new()
    {
        Id = id,
        WorkflowId = "mail",
        UserId = user is null ? default(Field<string>) : user,
        Status = status,
        ErrorType = status == RunStatus.Failed ? "timeout" : default(Field<string>),
        Trigger = user is null ? "schedule" : "manual",
        StartedAtUtc = Day(9),
        EndedAtUtc = milliseconds is { } length ? Day(9).AddMilliseconds(length) : default(Field<DateTime?>),
        Usage = new TokenUsage { Input = 40, Output = 5, CostMicroUsd = 7 },
    };
}
