using UsageAdmin.Exports.Jobs;

namespace UsageAdmin.Tests.Exports.Jobs;

public sealed class TurnsTests
{
    [Fact]
    public void So_many_run_in_all_and_so_many_of_one_organisation()
    {
        var turns = new Turns(most: 4, mostOfOrganization: 2);
        QueuedExport[] queued = [.. Of(1, 5), .. Of(2, 5), .. Of(3, 5)];

        string[] taken = [.. Take(turns, queued)];

        Assert.Equal(["1-0", "2-0", "3-0", "1-1"], taken);
    }

    [Fact]
    public void Fifty_of_one_organisation_delay_another_by_one_at_most()
    {
        var turns = new Turns(most: 1, mostOfOrganization: 1);
        var queued = Of(1, 50).Append(new QueuedExport("2-0", 2)).ToList();
        var first = turns.Take(queued)!;
        Assert.Equal("1-0", first.PublicId);
        Assert.Null(turns.Take(queued));

        queued.Remove(first);
        turns.Return(first);

        Assert.Equal("2-0", turns.Take(queued)?.PublicId);
    }

    [Fact]
    public void Two_busy_organisations_take_turns()
    {
        var turns = new Turns(most: 1, mostOfOrganization: 1);
        List<QueuedExport> queued = [.. Of(1, 3), .. Of(2, 3)];
        var order = new List<string>();
        while (turns.Take(queued) is { } next)
        {
            order.Add(next.PublicId);
            queued.Remove(next);
            turns.Return(next);
        }

        Assert.Equal(["1-0", "2-0", "1-1", "2-1", "1-2", "2-2"], order);
    }

    private static IEnumerable<QueuedExport> Of(long organization, int count) =>
        Enumerable.Range(0, count).Select(i => new QueuedExport($"{organization}-{i}", organization));

    private static IEnumerable<string> Take(Turns turns, QueuedExport[] queued)
    {
        while (turns.Take(queued) is { } next)
        {
            yield return next.PublicId;
        }
    }
}
