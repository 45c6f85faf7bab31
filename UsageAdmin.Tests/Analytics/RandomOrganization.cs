using UsageAdmin.Data.Schema;
using UsageAdmin.Ingest;
using UsageAdmin.Tests.Support;

namespace UsageAdmin.Tests.Analytics;

/// <summary>
/// An organisation with two workspaces over four months, from a seed: edited prompts, failed and hidden messages, starter
/// forms, chats without app, in projects and in several months, renamed people, moved categories, archived apps, leavers,
/// people in both workspaces, apps without creator, and times on both sides of each month's end.
/// </summary>
internal static class RandomOrganization
{
    public const string SecondWorkspace = "acme-lab";
    public static readonly DateTime First = new(2025, 10, 20, 0, 0, 0, DateTimeKind.Utc);
    private const int Days = 120;

#pragma warning disable CA5394 // Reproducible, not secret.
    public static async Task FillAsync(TestDatabase database, int seed, int conversations = 160)
    {
        await database.AddWorkspaceAsync(SecondWorkspace);
        var random = new Random(seed);
        await database.ImportAsync(TestDatabase.WorkspacePublicId, [.. Cast(random, "a"), .. Conversations(random, "a", conversations)]);
        await database.ImportAsync(SecondWorkspace, [.. Cast(random, "b"), .. Conversations(random, "b", conversations / 3)]);
    }

    /// <summary>More of the same, later and about conversations that are there already.</summary>
    public static Task ChangeAsync(TestDatabase database, int seed) => database.ImportAsync(
        TestDatabase.WorkspacePublicId, [.. Conversations(new Random(seed), "a", 25)]);

    private static IEnumerable<ImportItem> Cast(Random random, string workspace)
    {
        for (var i = 0; i < 12; i++)
        {
            // The same address is the same person in both workspaces.
            yield return new UserItem
            {
                Id = $"{workspace}-u{i}",
                Email = $"person{(workspace == "a" ? i : i + 6)}@example.com",
                JoinedAtUtc = i % 2 == 0 ? First.AddDays(i * 10) : default(Field<DateTime?>),
                Name = i == 3 ? "=Formula \"Q\"" : $"Person {workspace}{i}",
                ValidFromUtc = First.AddDays(-30),
            };
            yield return new MembershipItem
            {
                UserId = $"{workspace}-u{i}",
                JoinedAtUtc = i < 3 ? default(Field<DateTime?>) : At(random).AddDays(-60),
                LeftAtUtc = i % 4 == 0 ? At(random) : default(Field<DateTime?>),
                Role = (MemberRole)(i % 3),
                ValidFromUtc = First.AddDays(-20),
            };
        }

        for (var i = 0; i < 3; i++)
        {
            yield return new UserItem
            {
                Id = $"{workspace}-u{i}",
                Name = $"Renamed {workspace}{i}",
                ValidFromUtc = At(random),
            };
            yield return new MembershipItem
            {
                UserId = $"{workspace}-u{i + 3}",
                Role = MemberRole.Admin,
                ValidFromUtc = At(random),
            };
        }

        for (var i = 0; i < 8; i++)
        {
            var created = At(random).AddDays(-50);
            yield return new AppItem
            {
                Id = $"app{i}",
                Name = $"App {workspace}{i}",
                CreatorId = i == 0 ? default(Field<string>) : $"{workspace}-u{random.Next(12)}",
                CreatedAtUtc = i == 1 ? default(Field<DateTime?>) : created,
                Published = i % 3 != 2,
                PublishedAtUtc = i % 3 == 0 ? created.AddDays(random.Next(40)) : default(Field<DateTime?>),
                ArchivedAtUtc = i == 5 ? First.AddDays(70) : default(Field<DateTime?>),
                Category = i == 6 ? default(Field<string>) : $"Category {i % 3}",
                Model = "gpt-4o",
                ValidFromUtc = created,
            };
        }

        yield return new AppItem
        {
            Id = "app2",
            Category = "Category moved",
            ValidFromUtc = First.AddDays(50),
        };
    }

    private static IEnumerable<ImportItem> Conversations(Random random, string workspace, int count)
    {
        for (var i = 0; i < count; i++)
        {
            var at = At(random);
            var conversation = Some.Conversation(
                $"{workspace}-c{random.Next(count * 3)}", at,
                user: random.Next(20) == 0 ? "nobody-named" : $"{workspace}-u{random.Next(12)}",
                app: random.Next(4) == 0 ? null : $"app{random.Next(8)}",
                project: random.Next(6) == 0 ? "p1" : null,
                model: random.Next(3) == 0 ? null : $"model-{random.Next(3)}");
            string? parent = null;
            for (var message = random.Next(7); message > 0; message--)
            {
                // Some conversations run on for weeks, over the end of a month.
                at = at.AddMinutes(random.Next(8) == 0 ? random.Next(40_000) : random.Next(50));
                var id = $"m{conversation.Messages.Count}";
                conversation.Messages.Add(Some.Message(
                    id, source: (MessageSource)random.Next(5), at: at, parent: parent, active: random.Next(6) > 0,
                    failed: random.Next(10) == 0, hidden: random.Next(12) == 0,
                    model: random.Next(2) == 0 ? $"model-{random.Next(3)}" : null));
                if (random.Next(5) == 0)
                {
                    conversation.Feedback.Add(new FeedbackItem
                    {
                        Id = $"f-{id}",
                        MessageId = id,
                        Flags = (MessageMarks)random.Next(8),
                    });
                }

                if (random.Next(6) == 0)
                {
                    conversation.Moderation.Add(new ModerationItem
                    {
                        Id = $"md-{id}",
                        MessageId = id,
                        Results = [new ModerationResult("violence", random.Next(2) == 0, null, null)],
                    });
                }

                parent = random.Next(4) == 0 ? parent : id;
            }

            yield return conversation;
        }
    }

    /// <summary>Any time of the four months; one in four within hours of a month's end.</summary>
    private static DateTime At(Random random) => random.Next(4) == 0
        ? new DateTime(2025, 11, 1, 0, 0, 0, DateTimeKind.Utc).AddMonths(random.Next(4)).AddMinutes(random.Next(-840, 840))
        : First.AddMinutes(random.Next(Days * 24 * 60));
#pragma warning restore CA5394
}
