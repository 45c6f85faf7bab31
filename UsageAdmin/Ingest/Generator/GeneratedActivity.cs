using System.Globalization;
using UsageAdmin.Data.Schema;

namespace UsageAdmin.Ingest.Generator;

/// <summary>
/// A cast's activity over a plan's days as items, in the order of time: people and things first, then day by day what they
/// did. Memory holds one day. The same plan gives the same items on every machine.
/// </summary>
internal sealed class GeneratedActivity(Cast cast, ActivityPlan plan)
{
    public IEnumerable<ImportItem> Items()
    {
        foreach (var item in CastItems.Of(cast, plan.UntilUtc))
        {
            yield return item;
        }

        var line = 0L;
        var maker = new ConversationMaker(cast, plan.AverageMessages);
        for (var day = plan.From; day <= plan.To; day = day.AddDays(1))
        {
            foreach (var item in Conversations(maker, day, line))
            {
                line++;
                yield return item;
            }

            foreach (var item in Runs(day).Where(run => run.StartedAtUtc < plan.UntilUtc).Concat<ImportItem>(Requests(day)))
            {
                yield return item with { Line = ++line };
            }
        }
    }

    /// <inheritdoc cref="Items"/>
    public async IAsyncEnumerable<ImportItem> ItemsAsync()
    {
        foreach (var item in Items())
        {
            yield return item;
        }

        await Task.CompletedTask;
    }

    private IEnumerable<ImportItem> Conversations(ConversationMaker maker, DateOnly day, long line)
    {
        var random = new SeededRandom(SeededRandom.Derive(plan.Seed, day.DayNumber * 4L));
        var starts = new (int Time, ConversationTraits Traits, ulong Seed)[plan.ConversationsOn(day)];
        for (var i = 0; i < starts.Length; i++)
        {
            starts[i] = (WorkingDays.TimeOfDay(random), ConversationTraits.None, random.Next());
        }

        starts = [.. starts, .. plan.ExtraOn(day).Select(extra => (extra.MillisecondsOfDay, extra.Traits, random.Next()))];
        Array.Sort(starts, (a, b) => (a.Time, a.Seed).CompareTo((b.Time, b.Seed)));
        for (var i = 0; i < starts.Length; i++)
        {
            random.Reseed(starts[i].Seed);
            var start = new ConversationStart(
                Id("c", day, i + 1), line + 1, WorkingDays.ToUtc(day, starts[i].Time, plan.Zone), starts[i].Traits);
            if (start.AtUtc < plan.UntilUtc && maker.Make(random, start, plan.UntilUtc) is { } conversation)
            {
                line++;
                yield return conversation;
            }
        }
    }

    /// <summary>Every workflow runs each morning by its schedule, and now and then by hand.</summary>
    private IEnumerable<WorkflowRunItem> Runs(DateOnly day)
    {
        const int Morning = 60_000 * 45;
        var random = new SeededRandom(SeededRandom.Derive(plan.Seed, (day.DayNumber * 4L) + 1));
        var number = 0;
        foreach (var workflow in cast.Workflows)
        {
            yield return Run(random, Id("r", day, ++number), workflow.Id, null, WorkingDays.ToUtc(day, Morning, plan.Zone));
            for (var i = WorkingDays.Busyness(day) > 50 ? random.Below(3) : 0; i > 0; i--)
            {
                var time = WorkingDays.ToUtc(day, WorkingDays.TimeOfDay(random), plan.Zone);
                yield return Run(random, Id("r", day, ++number), workflow.Id, workflow.CreatorId, time);
            }
        }
    }

    private static WorkflowRunItem Run(
        SeededRandom random, string id, string workflowId, string? userId, DateTime startUtc)
    {
        var status = random.Below(100) switch { < 6 => RunStatus.Failed, < 8 => RunStatus.Cancelled, _ => RunStatus.Ok };
        return new WorkflowRunItem
        {
            Id = id,
            WorkflowId = workflowId,
            UserId = userId,
            Status = status,
            ErrorType = status == RunStatus.Failed ? (random.Chance(500) ? "timeout" : "rate_limit") : null,
            Trigger = userId is null ? "schedule" : "manual",
            StartedAtUtc = startUtc,
            EndedAtUtc = startUtc.AddMilliseconds(random.Lognormal(9_000, 80)),
            Usage = new TokenUsage { Input = random.Lognormal(900, 60), Output = random.Lognormal(200, 60) },
        };
    }

    /// <summary>Requests of programs: known by their tokens alone.</summary>
    private IEnumerable<ImportItem> Requests(DateOnly day)
    {
        var random = new SeededRandom(SeededRandom.Derive(plan.Seed, (day.DayNumber * 4L) + 2));
        for (var i = 1; i <= 2; i++)
        {
            var model = random.Pick(cast.Models);
            var time = WorkingDays.ToUtc(day, WorkingDays.TimeOfDay(random), plan.Zone);
            var (input, output) = (random.Lognormal(1200, 80), random.Lognormal(150, 80));
            if (time < plan.UntilUtc)
            {
                yield return new UsageEventItem
                {
                    Id = Id("q", day, i),
                    CreatedAtUtc = time,
                    Model = model.Id,
                    Kind = "api",
                    Usage = new TokenUsage { Input = input, Output = output },
                };
            }
        }
    }

    private string Id(string kind, DateOnly day, int number) =>
        string.Create(CultureInfo.InvariantCulture, $"{plan.IdPrefix}{kind}{day:yyyyMMdd}-{number:0000}");
}
