using UsageAdmin.Data.Schema;
using UsageAdmin.Ingest;
using UsageAdmin.Tests.Support;

namespace UsageAdmin.Tests.Usage;

/// <summary>
/// A workspace over two months, from a seed: chats with assistants, in projects, in both and in neither; failed and edited
/// messages, starter forms, ratings, tools used once and twice, models with and without price, prices that change, stated
/// costs, requests known by their tokens alone, workflow runs of all kinds, leavers, silent members, a renamed person, an
/// archived assistant, sections. Times have seconds.
/// </summary>
internal static class RandomUsage
{
    public static readonly DateTime First = new(2026, 2, 20, 0, 0, 0, DateTimeKind.Utc);
    private const int Days = 60;

#pragma warning disable CA5394 // Reproducible, not secret.
    /// <param name="strangers">People who are no members, after each of the cast, and assistants that nobody uses.</param>
    public static async Task FillAsync(TestDatabase database, int seed, int conversations = 120, int strangers = 0)
    {
        var random = new Random(seed);
        await database.ImportAsync([.. Cast(random).SelectMany(item => With(strangers, item)), .. Conversations(random, conversations), .. Events(random)]);
        await using var db = database.Context();
        var organization = db.Organizations.Single(o => o.Id == database.Organization.Id);
        organization.WorkflowsEnabled = true;
        await db.SaveChangesAsync();
    }

    private static IEnumerable<ImportItem> With(int strangers, ImportItem item)
    {
        for (var i = 0; i < strangers && item is UserItem; i++)
        {
            yield return new UserItem { Id = $"{((UserItem)item).Id}-{i}", Email = $"{((UserItem)item).Id}-{i}@example.com" };
        }

        for (var i = 0; i < strangers && item is AppItem; i++)
        {
            yield return new AppItem { Id = $"{((AppItem)item).Id}-{i}", Name = $"Nobody's {i}", CreatedAtUtc = First };
        }

        yield return item;
    }

    private static IEnumerable<ImportItem> Cast(Random random)
    {
        for (var i = 0; i < 14; i++)
        {
            yield return new UserItem
            {
                Id = $"u{i}",
                Email = $"person{i}@example.com",
                Name = i == 3 ? "=Formula \"Q\"" : $"Person {i}",
                ValidFromUtc = First.AddDays(-30),
            };
            yield return new MembershipItem
            {
                UserId = $"u{i}",
                JoinedAtUtc = i < 3 ? default(Field<DateTime?>) : At(random).AddDays(-50),
                LeftAtUtc = i % 5 == 0 ? At(random) : default(Field<DateTime?>),
                Role = (MemberRole)(i % 3),
            };
            yield return new MembershipItem
            {
                UserId = $"u{i}",
                SectionId = $"s{i % 3}",
                JoinedAtUtc = First,
                LeftAtUtc = i == 4 ? First.AddDays(20) : default(Field<DateTime?>),
            };
        }

        yield return new UserItem { Id = "u1", Name = "Renamed", ValidFromUtc = First.AddDays(30) };
        yield return new SectionItem { Id = "s0", Name = "Class, \"A\"" };
        for (var i = 0; i < 7; i++)
        {
            yield return new AppItem
            {
                Id = $"app{i}",
                Name = $"App {i}",
                CreatorId = i == 0 ? default(Field<string>) : $"u{random.Next(14)}",
                CreatedAtUtc = i == 1 ? default(Field<DateTime?>) : At(random).AddDays(-20),
                ArchivedAtUtc = i == 5 ? First.AddDays(5) : default(Field<DateTime?>),
                Description = i == 2 ? "@SUM(A1)" : $"What app {i} is for",
                Url = $"https://ai.example.com/a/{i}",
            };
        }

        for (var i = 0; i < 4; i++)
        {
            yield return new ProjectItem { Id = $"p{i}", Name = $"Project {i}", CreatorId = $"u{i}", CreatedAtUtc = At(random).AddDays(-20) };
            yield return new WorkflowItem { Id = $"w{i}", Name = $"Workflow {i}", CreatorId = $"u{i}", CreatedAtUtc = First };
        }

        yield return new AppItem { Id = "app3", Name = "App 3 renamed", ValidFromUtc = First.AddDays(35) };
        yield return Model(0, 2_500_000, 10_000_000, First.AddDays(-10));
        yield return Model(1, 1_000_000, 3_000_000, First.AddDays(-10));
        yield return Model(1, 2_000_000, 4_000_000, First.AddDays(30));
        yield return new ModelItem { Id = "model-2", Provider = "other" };
    }

    private static ModelItem Model(int number, long input, long output, DateTime from) => new()
    {
        Id = $"model-{number}",
        Provider = "openai",
        BringYourKeys = number == 0,
        MicroUsdPerMillionInput = input,
        MicroUsdPerMillionOutput = output,
        ValidFromUtc = from,
    };

    private static IEnumerable<ImportItem> Conversations(Random random, int count)
    {
        for (var i = 0; i < count; i++)
        {
            var at = At(random);
            var statesCost = random.Next(4) == 0;
            var conversation = Some.Conversation(
                $"c{i}", at, user: random.Next(20) == 0 ? "nobody-named" : $"u{random.Next(12)}",
                app: random.Next(3) == 0 ? null : $"app{random.Next(6)}", project: random.Next(4) == 0 ? $"p{random.Next(3)}" : null,
                model: random.Next(3) == 0 ? null : $"model-{random.Next(3)}");
            string? parent = null;
            for (var message = random.Next(9); message > 0; message--)
            {
                at = at.AddSeconds(random.Next(8) == 0 ? random.Next(2_000_000) : random.Next(500));
                var id = $"m{conversation.Messages.Count}";
                var source = (MessageSource)random.Next(5);
                conversation.Messages.Add(Some.Message(
                    id, source: source, at: at, parent: parent, failed: random.Next(10) == 0, hidden: random.Next(12) == 0,
                    model: random.Next(2) == 0 ? $"model-{random.Next(3)}" : null,
                    usage: source == MessageSource.Provider && random.Next(5) > 0 ? Usage(random, statesCost) : null));
                if (random.Next(4) == 0)
                {
                    conversation.Feedback.Add(new FeedbackItem { Id = $"f-{id}", MessageId = id, Rating = random.Next(-1, 2) });
                }

                for (var action = random.Next(4) == 0 ? random.Next(4) : 0; action > 0; action--)
                {
                    conversation.Actions.Add(new ActionItem
                    {
                        Id = $"a-{id}-{action}",
                        MessageId = random.Next(5) == 0 ? null : id,
                        Name = random.Next(3) switch { 0 => "web_search", 1 => "canvas", _ => "Jira_Search \"for\" issues" },
                        CreatedAtUtc = random.Next(3) == 0 ? at.AddSeconds(random.Next(200_000)) : at,
                    });
                }

                parent = random.Next(4) == 0 ? parent : id;
            }

            yield return conversation;
        }
    }

    private static IEnumerable<ImportItem> Events(Random random)
    {
        for (var i = 0; i < 60; i++)
        {
            var at = At(random);
            yield return new WorkflowRunItem
            {
                Id = $"r{i}",
                WorkflowId = $"w{random.Next(3)}",
                UserId = random.Next(3) == 0 ? default(Field<string>) : $"u{random.Next(12)}",
                Status = (RunStatus)random.Next(4),
                ErrorType = random.Next(2) == 0 ? "timeout" : "tool, \"x\"",
                Trigger = random.Next(2) == 0 ? "manual" : "schedule",
                StartedAtUtc = at,
                EndedAtUtc = random.Next(5) == 0 ? default(Field<DateTime?>) : at.AddMilliseconds(random.Next(100_000)),
                Usage = random.Next(2) == 0 ? Usage(random, statesCost: true) : null,
            };
            yield return new UsageEventItem
            {
                Id = $"e{i}",
                CreatedAtUtc = At(random),
                UserId = random.Next(4) == 0 ? default(Field<string>) : $"u{random.Next(12)}",
                AppId = random.Next(3) == 0 ? $"app{random.Next(6)}" : default(Field<string>),
                ProjectId = random.Next(4) == 0 ? $"p{random.Next(3)}" : default(Field<string>),
                Model = random.Next(6) == 0 ? default(Field<string>) : $"model-{random.Next(3)}",
                MessageId = random.Next(5) == 0 ? "m0" : default(Field<string>),
                Usage = Usage(random, statesCost: random.Next(3) == 0),
            };
        }
    }

    private static TokenUsage Usage(Random random, bool statesCost)
    {
        var input = random.Next(1, 5000);
        return new TokenUsage
        {
            Input = input,
            Output = random.Next(900),
            CachedInput = random.Next(3) == 0 ? random.Next(input) : null,
            CacheCreation = random.Next(3) == 0 ? random.Next(100) : null,
            CostMicroUsd = statesCost ? random.Next(50_000) : null,
        };
    }

    /// <summary>Any second; one in four within an hour of a month's end.</summary>
    private static DateTime At(Random random) => random.Next(4) == 0
        ? new DateTime(2026, 3, 1, 0, 0, 0, DateTimeKind.Utc).AddMonths(random.Next(2)).AddSeconds(random.Next(-3600, 3600))
        : First.AddSeconds(random.Next(Days * 24 * 3600));
#pragma warning restore CA5394
}
