using System.IO.Pipelines;
using System.Text;
using System.Text.Json;
using UsageAdmin.Activity;
using UsageAdmin.Data.RollUps;
using UsageAdmin.Data.Schema;
using UsageAdmin.Exports;
using UsageAdmin.Ingest;
using UsageAdmin.Organizations;
using UsageAdmin.Tests.Support;

namespace UsageAdmin.Tests.Activity;

public sealed class ActivityExportTests : IAsyncLifetime
{
    private static readonly ActivityFilter January =
        ActivityFilter.Empty with { Days = new DateRange(new(2026, 1, 1), new(2026, 1, 31)) };

    private TestDatabase _test = null!;

    public async ValueTask InitializeAsync() => _test = await TestDatabase.CreateAsync();

    public ValueTask DisposeAsync() => _test.DisposeAsync();

    [Fact]
    public async Task The_file_is_exactly_as_documented()
    {
        await ImportEveryCaseAsync();

        var json = await ExportAsync(January with { Users = ["u1"], Apps = ["a1"], Flag = null });

        Assert.Equal(
            """
            {"workspaceId":"acme-main","startDate":"2026-01-01","endDate":"2026-01-31","selectedApps":[{"id":"a1","name":"Helper \"1\""}],"selectedUsers":[{"id":"u1","name":"Jörg\n=1+1","email":"u1@example.com"}],"exportedAt":"2026-02-01T00:00:00.000Z","conversations":[
            {"appId":"a1","appName":"Helper \"1\"","conversationId":"c1","modelName":"gpt-4o","temperature":0.7,"userId":"u1","userEmail":"u1@example.com","createdAt":"2026-01-05T09:00:00.000Z","endedAt":"2026-01-05T09:00:30.250Z","conversationMetric":{"userMessageCount":2,"messageCount":4,"flaggedMessageCount":1,"moderatedMessageCount":1},"messages":[{"content":"**Name:** A","timestamp":"2026-01-05T09:00:00.000Z","source":"user-start","messageFeedback":{"isBiased":false,"isInaccurate":false,"isInappropriate":false,"moderationResults":[]},"messageFile":null},{"content":"first \\ \"try\"","timestamp":"2026-01-05T09:00:10.000Z","source":"user","messageFeedback":{"isBiased":false,"isInaccurate":false,"isInappropriate":false,"moderationResults":[]},"messageFile":null,"onActivePath":false},{"content":null,"timestamp":"2026-01-05T09:00:20.000Z","source":"user","messageFeedback":{"isBiased":false,"isInaccurate":false,"isInappropriate":false,"moderationResults":[{"category":"harassment","flagged":true,"score":0.91,"action":"hidden","moderatedAt":"2026-01-05T09:00:21.000Z"},{"category":"violence","flagged":false,"score":null,"action":null,"moderatedAt":"2026-01-05T09:00:21.000Z"}]},"messageFile":{"id":"f1","fileName":"ä.pdf","mimeType":"application/pdf","sizeBytes":1234,"uploadedAt":null},"messageFiles":[{"id":"f1","fileName":"ä.pdf","mimeType":"application/pdf","sizeBytes":1234,"uploadedAt":null},{"id":"f2","fileName":null,"mimeType":null,"sizeBytes":null,"uploadedAt":null}]},{"content":"","timestamp":"2026-01-05T09:00:30.250Z","source":"provider","messageFeedback":{"isBiased":false,"isInaccurate":true,"isInappropriate":true,"moderationResults":[]},"messageFile":null}]}],"filters":{"timezone":"Europe/Berlin","rangeBasis":"createdAt","flag":null}}

            """,
            json);
    }

    [Fact]
    public async Task Pseudonymous_mode_has_neither_content_nor_names()
    {
        await ImportEveryCaseAsync();
        var users = await Search().UsersAsync(Scope(identified: false), "", TestContext.Current.CancellationToken);
        var user = Assert.Single(users).Id;

        var json = await ExportAsync(January with { Users = [user], Apps = ["a1"] }, identified: false);

        Assert.Matches("^u_[0-9a-f]{16}$", user);
        Assert.StartsWith(
            $$"""{"workspaceId":"acme-main","startDate":"2026-01-01","endDate":"2026-01-31","selectedApps":[{"id":"a1","name":"Helper \"1\""}],"selectedUsers":[{"id":"{{user}}"}],""",
            json, StringComparison.Ordinal);
        using var file = JsonDocument.Parse(json);
        var conversation = file.RootElement.GetProperty("conversations")[0];
        Assert.Equal(user, conversation.GetProperty("userId").GetString());
        Assert.False(conversation.TryGetProperty("userEmail", out _));
        var messages = conversation.GetProperty("messages").EnumerateArray().ToList();
        Assert.All(messages, m => Assert.False(m.TryGetProperty("content", out _)));
        Assert.Equal("""{"mimeType":"application/pdf","sizeBytes":1234}""", messages[2].GetProperty("messageFile").GetRawText());
        foreach (var secret in new[] { "Jörg", "example.com", "\"u1\"", "ä.pdf", "try" })
        {
            Assert.DoesNotContain(secret, json, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Real_ids_are_unknown_in_pseudonymous_mode()
    {
        await ImportEveryCaseAsync();

        using var export = Exports().Prepare(Scope(identified: false), January with { Users = ["u1"] }, out var problems);

        Assert.Null(export);
        Assert.Equal(["user"], problems.Keys);
    }

    [Theory]
    [InlineData("from", null, null)]
    [InlineData("from", "2026-01-01", "2026-02-01")]
    public async Task A_range_is_needed_and_has_at_most_31_days(string field, string? from, string? to)
    {
        await ImportEveryCaseAsync();
        var culture = System.Globalization.CultureInfo.InvariantCulture;
        var days = from is null ? (DateRange?)null : new DateRange(DateOnly.Parse(from, culture), DateOnly.Parse(to!, culture));

        using var export = Exports().Prepare(Scope(), ActivityFilter.Empty with { Days = days }, out var problems);

        Assert.Null(export);
        Assert.Equal([field], problems.Keys);
    }

    [Fact]
    public async Task Unknown_ids_are_named_by_their_field()
    {
        await ImportEveryCaseAsync();

        using var export = Exports().Prepare(
            Scope(), January with { Users = ["nobody"], Apps = ["a1", "a2"], Sections = ["s9"] }, out var problems);

        Assert.Null(export);
        Assert.Equal(["app", "section", "user"], problems.Keys.Order(StringComparer.Ordinal));
        Assert.Contains("a2", Assert.Single(problems["app"]), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_empty_range_gives_a_whole_file_without_conversations()
    {
        var json = await ExportAsync(January);

        using var file = JsonDocument.Parse(json);
        Assert.Equal(0, file.RootElement.GetProperty("conversations").GetArrayLength());
    }

    [Fact]
    public async Task Conversations_of_the_same_instant_are_ordered_by_id()
    {
        await _test.ImportAsync(
            Some.Conversation("b", messages: Some.Message("m")), Some.Conversation("a", messages: Some.Message("m")),
            Some.Conversation("c", at: Some.Morning.AddSeconds(-1), messages: Some.Message("m")));

        using var file = JsonDocument.Parse(await ExportAsync(January));

        Assert.Equal(
            ["c", "a", "b"],
            file.RootElement.GetProperty("conversations").EnumerateArray().Select(c => c.GetProperty("conversationId").GetString()));
    }

    [Fact]
    public async Task The_same_question_gives_the_same_bytes()
    {
        await _test.ImportAsync([.. RandomItems(new Random(3))]);

        var json = await ExportAsync(January);

        Assert.Contains("\"conversationId\":", json, StringComparison.Ordinal);
        Assert.Equal(json, await ExportAsync(January));
    }

    [Theory]
    [InlineData("Europe/Berlin", 2026, 3)]
    [InlineData("Europe/Berlin", 2026, 10)]
    [InlineData("Africa/Cairo", 2026, 4)]
    [InlineData("America/Santiago", 2026, 9)]
    public async Task Days_of_a_month_add_up_to_the_month(string zone, int year, int month)
    {
        await using var test = await TestDatabase.CreateAsync(zone);
        var first = new DateOnly(year, month, 1);
        var last = first.AddMonths(1).AddDays(-1);
        var start = new DateRange(first, last).ToUtc(TimeZoneInfo.FindSystemTimeZoneById(zone)).FromUtc.AddHours(-30);
        await test.ImportAsync(
        [
            .. Enumerable.Range(0, 35 * 48).Select(i => Some.Conversation(
                $"c{i}", start.AddMinutes(30 * i).AddMilliseconds(i % 2 == 0 ? 0 : -1), messages: Some.Message("m"))),
        ]);

        var whole = await IdsAsync(test, first, last);
        var byDay = new List<string>();
        for (var day = first; day <= last; day = day.AddDays(1))
        {
            byDay.AddRange(await IdsAsync(test, day, day));
        }

        Assert.NotEmpty(whole);
        Assert.Equal(whole, byDay);
        var query = new ActivityQuery(test.Database, new Pseudonyms(test.Directory), TimeProvider.System);
        var (figures, _) = await query.FindAsync(
            ActivityScope.Of(test.Organization, test.Workspace), ActivityFilter.Empty with { Days = new DateRange(first, last) },
            TestContext.Current.CancellationToken);
        Assert.Equal(whole.Count, figures.Days.Sum(d => d.Conversations));
        Assert.Equal(last.Day, figures.Days.Count);
    }

    [Fact]
    public async Task Page_figures_and_file_select_the_same_conversations()
    {
        var random = new Random(7);
        await _test.ImportAsync([.. RandomItems(random)]);
        for (var round = 0; round < 200; round++)
        {
            if (round == 100)
            {
                // From here on out of packed days.
                var later = DateTime.UtcNow.AddHours(1);
                while (UsageDays.Pack(_test.Database, later, later, 8) > 0)
                {
                }
            }

            var from = new DateOnly(2026, 1, 1).AddDays(random.Next(40));
            var filter = ActivityFilter.Empty with
            {
                Days = new DateRange(from, from.AddDays(random.Next(31))),
                Users = Pick(random, "u", 6),
                Apps = Pick(random, "a", 3),
                Sections = Pick(random, "s", 3),
                Flag = random.Next(3) == 0 ? Enum.GetValues<FlaggedAs>()[random.Next(5)] : null,
            };
            var query = new ActivityQuery(_test.Database, new Pseudonyms(_test.Directory), TimeProvider.System);
            ActivityFigures figures;
            var paged = new List<ActivityRow>();
            for (var page = 1; ; page++)
            {
                (figures, var rows) = await query.FindAsync(
                    Scope(), filter with { Page = page }, TestContext.Current.CancellationToken);
                paged.AddRange(rows.Rows);
                if (!rows.HasMore)
                {
                    break;
                }
            }

            var json = await ExportAsync(filter);

            using var file = JsonDocument.Parse(json);
            var exported = file.RootElement.GetProperty("conversations").EnumerateArray().ToList();
            Assert.Equal(
                paged.Select(r => r.ConversationId).Order(StringComparer.Ordinal),
                exported.Select(c => c.GetProperty("conversationId").GetString()).Order(StringComparer.Ordinal));
            Assert.Equal(exported.Count, figures.Conversations);
            Assert.Equal(exported.Sum(c => c.GetProperty("messages").GetArrayLength()), figures.Messages);
            Assert.Equal(exported.Select(c => c.GetProperty("userId").GetString()).Distinct().Count(), figures.People);
            Assert.Equal(Metric("flaggedMessageCount"), figures.FlaggedMessages);
            Assert.Equal(Metric("moderatedMessageCount"), figures.ModeratedMessages);
            Assert.InRange(figures.ExportBytes, json.Length * 0.8, (json.Length * 1.2) + 400);

            long Metric(string name) =>
                exported.Sum(c => c.GetProperty("conversationMetric").GetProperty(name).GetInt64());
        }
    }

    [Fact]
    public async Task Names_are_those_at_the_end_of_the_range()
    {
        await _test.ImportAsync(
            new UserItem { Id = "u1", Email = "old@example.com", ValidFromUtc = Some.Morning.AddDays(-30) },
            new AppItem { Id = "a1", Name = "Old", ValidFromUtc = Some.Morning.AddDays(-30) },
            Some.Conversation("c1", app: "a1", messages: Some.Message("m")),
            new UserItem { Id = "u1", Email = "new@example.com", ValidFromUtc = new DateTime(2026, 2, 10, 0, 0, 0, DateTimeKind.Utc) },
            new AppItem { Id = "a1", Name = "New", ValidFromUtc = new DateTime(2026, 2, 10, 0, 0, 0, DateTimeKind.Utc) },
            Some.Conversation("c2", Some.Morning.AddDays(40), app: "a1", messages: Some.Message("m")));

        var january = await ExportAsync(January);
        var february = await ExportAsync(January with { Days = new DateRange(new(2026, 2, 1), new(2026, 2, 28)) });

        Assert.Contains("\"appName\":\"Old\"", january, StringComparison.Ordinal);
        Assert.Contains("\"userEmail\":\"old@example.com\"", january, StringComparison.Ordinal);
        Assert.Contains("\"appName\":\"New\"", february, StringComparison.Ordinal);
        Assert.Contains("\"userEmail\":\"new@example.com\"", february, StringComparison.Ordinal);
    }

    private static IEnumerable<ImportItem> RandomItems(Random random)
    {
        for (var i = 0; i < 3; i++)
        {
            yield return new AppItem { Id = $"a{i}", Name = $"App {i}" };
            yield return new SectionItem { Id = $"s{i}", Name = $"Section {i}" };
        }

        for (var i = 0; i < 6; i++)
        {
            yield return new UserItem { Id = $"u{i}", Email = $"u{i}@example.com" };
            yield return new MembershipItem
            {
                UserId = $"u{i}",
                SectionId = $"s{i % 3}",
                JoinedAtUtc = new DateTime(2026, 1, 10, 0, 0, 0, DateTimeKind.Utc),
                LeftAtUtc = i % 2 == 0 ? null : new DateTime(2026, 1, 25, 0, 0, 0, DateTimeKind.Utc),
            };
        }

        for (var i = 0; i < 400; i++)
        {
            var conversation = Some.Conversation(
                $"c{i}", Some.Morning.AddMinutes(random.Next(60 * 24 * 60)), user: $"u{random.Next(6)}",
                app: random.Next(2) == 0 ? $"a{random.Next(3)}" : null,
                section: random.Next(3) == 0 ? $"s{random.Next(3)}" : null);
            for (var m = 0; m < random.Next(6); m++)
            {
                var content = string.Concat(Enumerable.Repeat("Grüße \"an\" alle\n", random.Next(20)));
                conversation.Messages.Add(Some.Message($"m{m}", content, m % 2 == 0 ? MessageSource.User : MessageSource.Provider));
                if (random.Next(4) == 0)
                {
                    conversation.Feedback.Add(new FeedbackItem
                    {
                        Id = $"f{m}",
                        MessageId = $"m{m}",
                        Flags = (MessageMarks)(1 << random.Next(3)),
                    });
                }

                if (random.Next(6) == 0)
                {
                    conversation.Moderation.Add(new ModerationItem
                    {
                        Id = $"d{m}",
                        MessageId = $"m{m}",
                        Results = [new ModerationResult("hate", random.Next(2) == 0, 0.5, null)],
                    });
                }
            }

            yield return conversation;
        }
    }

    private static string[] Pick(Random random, string prefix, int count) =>
        random.Next(2) == 0 ? [] : [.. Enumerable.Range(0, count).Where(_ => random.Next(3) == 0).Select(i => prefix + i)];

    private static async Task<List<string>> IdsAsync(TestDatabase test, DateOnly from, DateOnly to)
    {
        using var file = JsonDocument.Parse(await ExportAsync(
            test, ActivityFilter.Empty with { Days = new DateRange(from, to) }, identified: true));
        return [.. file.RootElement.GetProperty("conversations").EnumerateArray().Select(c => c.GetProperty("conversationId").GetString()!)];
    }

    private static async Task<string> ExportAsync(TestDatabase test, ActivityFilter filter, bool identified)
    {
        var clock = new FakeTime(new DateTime(2026, 2, 1, 0, 0, 0, DateTimeKind.Utc));
        var exports = new ActivityExport(test.Database, new Pseudonyms(test.Directory), clock);
        using var export = exports.Prepare(
            new ActivityScope(test.Organization, test.Workspace, identified), filter, out var problems);
        Assert.Empty(problems);
        var stream = new MemoryStream();
        var (_, bytes) = await export!.WriteAsync(PipeWriter.Create(stream), TestContext.Current.CancellationToken);
        Assert.Equal(stream.Length, bytes);
        return Encoding.UTF8.GetString(stream.ToArray());
    }

    private Task<string> ExportAsync(ActivityFilter filter, bool identified = true) => ExportAsync(_test, filter, identified);

    private ActivityScope Scope(bool identified = true) => new(_test.Organization, _test.Workspace, identified);

    private ActivityExport Exports() => new(_test.Database, new Pseudonyms(_test.Directory), TimeProvider.System);

    private ActivitySearch Search() => new(_test.Database, new Pseudonyms(_test.Directory));

    private Task<ImportReport> ImportEveryCaseAsync()
    {
        var conversation = Some.Conversation(
            "c1", app: "a1", temperature: 0.7, model: "gpt-4o-mini", messages:
            [
                Some.Message("m0", "**Name:** A", MessageSource.UserStart),
                Some.Message("m1", "first \\ \"try\"", at: Some.Morning.AddSeconds(10), parent: "m0", active: false),
                Some.Message("m2", null, at: Some.Morning.AddSeconds(20), parent: "m0"),
                Some.Message("m3", "", MessageSource.Provider, Some.Morning.AddMilliseconds(30_250), "m2", model: "gpt-4o"),
                Some.Message("m4", "failed", MessageSource.Provider, Some.Morning.AddSeconds(31), "m2", failed: true),
                Some.Message("m5", "hidden", MessageSource.Provider, Some.Morning.AddSeconds(32), "m2", hidden: true),
                Some.Message("m6", "system", MessageSource.System, Some.Morning.AddSeconds(33)),
                Some.Message("m7", "tool", MessageSource.Tool, Some.Morning.AddSeconds(34)),
            ]);
        conversation.Feedback.Add(new FeedbackItem { Id = "fb1", MessageId = "m3", Flags = MessageMarks.Inaccurate });
        conversation.Feedback.Add(new FeedbackItem { Id = "fb2", MessageId = "m3", Flags = MessageMarks.Inappropriate, Rating = -1 });
        conversation.Moderation.Add(new ModerationItem
        {
            Id = "md1",
            MessageId = "m2",
            CreatedAtUtc = Some.Morning.AddSeconds(21),
            Results = [new("harassment", true, 0.91, "hidden"), new("violence", false, null, null)],
        });
        conversation.Files.Add(new FileItem { Id = "f1", MessageId = "m2", Name = "ä.pdf", MediaType = "application/pdf", Bytes = 1234 });
        conversation.Files.Add(new FileItem { Id = "f2", MessageId = "m2" });
        return _test.ImportAsync(
            new UserItem { Id = "u1", Email = "u1@example.com", Name = "Jörg\n=1+1" },
            new AppItem { Id = "a1", Name = "Helper \"1\"" },
            conversation,
            Some.Conversation("c2", messages: Some.Message("m")),
            Some.Conversation("c3", new DateTime(2026, 2, 1, 0, 0, 0, DateTimeKind.Utc), app: "a1", messages: Some.Message("m")));
    }
}
