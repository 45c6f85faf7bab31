using System.Globalization;
using UsageAdmin.Data.Schema;

namespace UsageAdmin.Ingest.Generator;

/// <summary>
/// Synthetic activity for demos and benchmarks: the same items for the same options, on every machine and every .NET.
/// Memory does not grow with their number.
/// </summary>
public sealed class ActivityGenerator(GenerateOptions options)
{
    /// <summary>The format's name in imports, and of the source where none is given.</summary>
    public const string Format = "generated";

    /// <summary>Items in the order of time, at more than 200,000 messages a second.</summary>
    public IEnumerable<ImportItem> Items() => Activity().Items();

    /// <inheritdoc cref="Items"/>
    public IAsyncEnumerable<ImportItem> ItemsAsync() => Activity().ItemsAsync();

    private GeneratedActivity Activity() => new(Cast(), Plan());

    private ActivityPlan Plan()
    {
        var days = Enumerable.Range(0, options.To.DayNumber - options.From.DayNumber + 1)
            .Select(options.From.AddDays).ToList();
        var busyness = days.Sum(day => (long)WorkingDays.Busyness(day));
        var counts = new Dictionary<DateOnly, int>(days.Count);
        var sum = 0L;
        foreach (var day in days)
        {
            // The rounded sums up to here and to the day before, so that the days add up to the number asked for.
            var before = options.Conversations * sum / busyness;
            sum += WorkingDays.Busyness(day);
            counts.Add(day, (int)((options.Conversations * sum / busyness) - before));
        }

        return new ActivityPlan
        {
            Seed = options.Seed,
            Zone = options.Zone,
            From = options.From,
            To = options.To,
            UntilUtc = WorkingDays.ToUtc(options.To.AddDays(1), 0, options.Zone),
            ConversationsOn = day => counts[day],
            AverageMessages = options.AverageMessages,
            IdPrefix = string.Create(CultureInfo.InvariantCulture, $"s{options.Seed}-"),
        };
    }

    private Cast Cast()
    {
        var random = new SeededRandom(SeededRandom.Derive(options.Seed, -1));
        var sinceUtc = WorkingDays.ToUtc(options.From.AddDays(-400), 0, options.Zone);
        var sections = CastNames.Departments.Select((name, i) => (Id: $"section-{i + 1}", Name: name)).ToList();
        var users = Enumerable.Range(0, options.Users).Select(rank => User(random, rank, sections, sinceUtc)).ToList();
        return new Cast
        {
            Users = users,
            Sections = sections,
            Models = CastNames.Models(ownKeys: true),
            Apps = [.. Enumerable.Range(0, options.Apps).Select(rank => App(random, rank, users, sinceUtc))],
            Projects = [.. Enumerable.Range(1, 8).Select(i => ($"project-{i}", $"Tender {i + 10}", random.Pick(users).Id))],
            Workflows = [.. Enumerable.Range(1, 3).Select(i => ($"workflow-{i}", $"Intake {i}", random.Pick(users).Id))],
            Actions = CastNames.Actions,
            Languages = [Languages.English, Languages.German, .. Languages.Others],
            SinceUtc = sinceUtc,
        };
    }

    private static CastUser User(
        SeededRandom random, int rank, List<(string Id, string Name)> sections, DateTime sinceUtc)
    {
        const int OtherLanguages = 8;
        var number = rank + 1;
        var name = $"{random.Pick(CastNames.First)} {random.Pick(CastNames.Last)}";
        var section = random.Pick(sections).Id;
        var second = random.Pick(sections).Id;
        var isInTwo = random.Chance(50) && second != section;
        return new CastUser($"user-{number}", name, $"person{number}@generated.example",
            number % 10 == 0 ? 0 : Weights.Zipf(rank), sinceUtc.AddDays(random.Below(390)),
            random.Chance(30) ? sinceUtc.AddDays(random.Between(405, 760)) : null)
        {
            Role = random.Below(100) switch { < 2 => MemberRole.Admin, < 12 => MemberRole.Editor, _ => MemberRole.Member },
            SectionIds = isInTwo ? [section, second] : [section],
            Language = random.Below(100) switch { < 55 => 0, < 85 => 1, _ => 2 + random.Below(OtherLanguages) },
        };
    }

    private static CastApp App(SeededRandom random, int rank, List<CastUser> users, DateTime sinceUtc)
    {
        var createdAtUtc = sinceUtc.AddDays(random.Below(300));
        var name = CastNames.Apps[rank % CastNames.Apps.Count];
        return new CastApp($"app-{rank + 1}", rank < CastNames.Apps.Count ? name : $"{name} {rank + 1}",
            random.Chance(900) ? random.Pick(CastNames.Categories) : null, random.Pick(users).Id, Weights.Zipf(rank),
            createdAtUtc, rank % 7 == 6 ? null : createdAtUtc.AddDays(random.Between(1, 60)),
            rank % 9 == 8 ? sinceUtc.AddDays(410) : null)
        {
            Description = $"{name} for everyday work.",
            Model = random.Below(3),
            HasStarterForm = random.Chance(300),
        };
    }
}
