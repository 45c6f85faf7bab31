using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using UsageAdmin.Data.Schema;
using UsageAdmin.Ingest;
using UsageAdmin.Ingest.Generator;

namespace UsageAdmin.Tests.Ingest.Generator;

public sealed class ActivityGeneratorTests
{
    private static readonly TimeZoneInfo Berlin = TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin");

    [Fact]
    public void The_same_seed_gives_the_same_items_everywhere()
    {
        var hash = Hash(new ActivityGenerator(Options(300)).Items());

        Assert.Equal(hash, Hash(new ActivityGenerator(Options(300)).Items()));
        Assert.NotEqual(hash, Hash(new ActivityGenerator(Options(300, seed: 8)).Items()));
        Assert.Equal("25d2156058655900", hash[..16]);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(777)]
    public void There_are_exactly_as_many_conversations_as_asked_for(int count) =>
        Assert.Equal(count, Conversations(Options(count)).Count);

    [Fact]
    public void Conversations_hold_about_as_many_exported_messages_as_asked_for()
    {
        var mean = Conversations(Options(4000)).Average(c =>
            c.Messages.Count(m => m.Failed.Value != true && m.Hidden.Value != true));

        Assert.InRange(mean, 8.5, 9.5);
    }

    [Fact]
    public void Conversations_come_in_the_order_of_time_with_ids_of_their_own()
    {
        var conversations = Conversations(Options(2000));

        Assert.True(conversations.Select(c => c.CreatedAtUtc.Value).SequenceEqual(
            conversations.Select(c => c.CreatedAtUtc.Value).Order()));
        Assert.Equal(conversations.Count, conversations.Select(c => c.Id).Distinct().Count());
        Assert.All(conversations, c =>
        {
            Assert.Equal(c.Messages.Count, c.Messages.Select(m => m.Id).Distinct().Count());
            Assert.True(c.Messages.TrueForAll(m => m.ParentId.Value is null || c.Messages.Exists(p => p.Id == m.ParentId.Value)));
            Assert.True(c.Messages[^1].CreatedAtUtc.Value - c.CreatedAtUtc.Value < TimeSpan.FromDays(30));
        });
    }

    [Fact]
    public void People_work_on_weekdays_and_by_day_and_a_few_write_most()
    {
        var conversations = Conversations(Options(10_000, to: new DateOnly(2026, 3, 31)));
        var local = conversations.Select(c => TimeZoneInfo.ConvertTimeFromUtc(c.CreatedAtUtc.Value!.Value, Berlin)).ToList();

        Assert.InRange(local.Count(t => t.DayOfWeek is DayOfWeek.Saturday or DayOfWeek.Sunday) / 10_000.0, 0.01, 0.08);
        Assert.InRange(local.Count(t => t.Hour is >= 7 and < 18) / 10_000.0, 0.8, 0.97);
        var byUser = conversations.CountBy(c => c.UserId.Value!).Select(u => u.Value).OrderDescending().ToList();
        Assert.InRange(byUser.Take(20).Sum() / 10_000.0, 0.3, 0.6);
        Assert.InRange(byUser.Count, 150, 180);
    }

    [Fact]
    public void Message_lengths_are_lognormal()
    {
        var lengths = Conversations(Options(3000)).SelectMany(c => c.Messages)
            .Where(m => m.Source.Value == MessageSource.Provider && m.Failed.Value == false)
            .Select(m => Math.Log(m.Content.Value!.Length)).ToList();
        var mean = lengths.Average();
        var deviation = Math.Sqrt(lengths.Average(l => (l - mean) * (l - mean)));

        Assert.InRange(mean, Math.Log(450), Math.Log(700));
        Assert.InRange(deviation, 0.55, 0.9);
        Assert.InRange(lengths.Average(l => Math.Pow((l - mean) / deviation, 3)), -0.5, 0.5);
    }

    [Fact]
    public void Every_kind_of_thing_occurs()
    {
        var items = new ActivityGenerator(Options(3000)).Items().ToList();
        var conversations = items.OfType<ConversationItem>().ToList();
        var messages = conversations.SelectMany(c => c.Messages).ToList();

        Assert.Equal(
            ["AppItem", "ConversationItem", "MembershipItem", "ModelItem", "ProjectItem", "SectionItem", "UsageEventItem",
                "UserItem", "WorkflowItem", "WorkflowRunItem"],
            items.Select(i => i.GetType().Name).Distinct().Order(StringComparer.Ordinal));
        Assert.Contains(messages, m => m.Failed.Value == true);
        Assert.Contains(messages, m => m.Active.Value == false);
        Assert.Contains(messages, m => m.Source.Value == MessageSource.UserStart);
        Assert.Contains(messages, m => m.Content.Value!.AsSpan().IndexOf("契約"u8) >= 0);
        Assert.Contains(conversations, c => c.Files.GroupBy(f => f.MessageId).Any(f => f.Count() == 2));
        Assert.Contains(conversations.SelectMany(c => c.Moderation).SelectMany(m => m.Results), r => r.Flagged);
        Assert.Equal([MessageMarks.Biased, MessageMarks.Inaccurate, MessageMarks.Inappropriate],
            conversations.SelectMany(c => c.Feedback).Select(f => f.Flags.Value!.Value)
                .Where(f => f != MessageMarks.None).Distinct().Order());
        Assert.True(conversations.SelectMany(c => c.Actions).Select(a => a.Name).Distinct().Count() > 5);
        Assert.Contains(conversations, c => c.ProjectId.Value is not null);
        Assert.Contains(conversations, c => c.AppId.Value is null && c.ProjectId.Value is null);
        Assert.Contains(items.OfType<AppItem>(), a => a.ArchivedAtUtc.Value is not null);
        Assert.Contains(items.OfType<AppItem>(), a => a.Published.Value == false);
    }

    [Fact]
    public void Messages_are_valid_text()
    {
        var strict = new UTF8Encoding(false, throwOnInvalidBytes: true);

        Assert.All(Conversations(Options(500)).SelectMany(c => c.Messages), m =>
            Assert.DoesNotContain('\0', strict.GetString(m.Content.Value!)));
    }

    [Fact]
    public void The_median_and_spread_of_lognormal_numbers_are_those_asked_for()
    {
        var random = new SeededRandom(1);
        var values = Enumerable.Range(0, 20_000).Select(_ => random.Lognormal(1000, 100)).Order().ToList();

        Assert.InRange(values[10_000], 970, 1030);
        Assert.InRange(values[16_827], 2500, 2950);
        Assert.InRange(values[3_173], 340, 400);
    }

    private static GenerateOptions Options(int conversations, ulong seed = 7, DateOnly? to = null) =>
        new(conversations, seed, new DateOnly(2026, 3, 1), to ?? new DateOnly(2026, 4, 30), Berlin);

    private static List<ConversationItem> Conversations(GenerateOptions options) =>
        [.. new ActivityGenerator(options).Items().OfType<ConversationItem>()];

    private static string Hash(IEnumerable<ImportItem> items)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var item in items)
        {
            hash.AppendData(JsonSerializer.SerializeToUtf8Bytes<object>(item));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
