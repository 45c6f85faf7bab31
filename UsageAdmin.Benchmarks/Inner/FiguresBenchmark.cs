using BenchmarkDotNet.Attributes;
using UsageAdmin.Activity;
using UsageAdmin.Data;
using UsageAdmin.Data.RollUps;
using UsageAdmin.Data.Schema;
using UsageAdmin.Exports;

namespace UsageAdmin.Benchmarks.Inner;

/// <summary>
/// The Activity page's figures of a month, with its days: from the packed days in SQLite, and with LINQ from objects that are
/// in memory already.
/// </summary>
public class FiguresBenchmark
{
    private readonly List<Conversation> _conversations = [];
    private UsageSession _session = null!;
    private ActivitySelection _selection = null!;

    [GlobalSetup]
    public void Open()
    {
        _session = InnerData.Database.OpenRead();
        _selection = InnerData.Select(_session);
        var days = new ActivityDays(_session, _selection, CancellationToken.None);
        foreach (var day in days.Days)
        {
            foreach (var row in days.Load(day))
            {
                _conversations.Add(new Conversation(
                    UnixMilliseconds.ToUtc(days[ConversationColumn.CreatedAt][row]), days[ConversationColumn.UserId][row],
                    (MessageMarks)days[ConversationColumn.Marks][row], days[ConversationColumn.Messages][row],
                    days[ConversationColumn.UserMessages][row], days[ConversationColumn.FlaggedMessages][row],
                    days[ConversationColumn.ModeratedMessages][row], days[ConversationColumn.ContentBytes][row]));
            }
        }

        if (!Linq().Days.SequenceEqual(Packed().Days) || Linq() with { Days = [], ExportBytes = 0 } != Packed() with { Days = [], ExportBytes = 0 })
        {
            throw new InvalidOperationException("The two ways count differently.");
        }
    }

    [GlobalCleanup]
    public void Close() => _session.Dispose();

    [Benchmark(Baseline = true, Description = "LINQ over objects")]
    public ActivityFigures Linq() => new(
        _conversations.Count, _conversations.Sum(c => c.Messages), _conversations.Sum(c => c.UserMessages),
        _conversations.Select(c => c.UserId).Distinct().Count(), _conversations.Sum(c => c.Flagged),
        _conversations.Count(c => (c.Marks & MessageMarks.AnyFeedback) != 0), _conversations.Sum(c => c.Moderated),
        _conversations.Count(c => (c.Marks & MessageMarks.Moderated) != 0), _conversations.Sum(c => c.ContentBytes),
        [
            .. _conversations.GroupBy(c => DateRange.DayOf(c.CreatedAtUtc, _selection.Scope.Zone)).OrderBy(day => day.Key)
                .Select(day => new ActivityDay(day.Key, day.Count(), day.Sum(c => c.Messages))),
        ]);

    [Benchmark(Description = "ActivityDays and ActivityCounter")]
    public ActivityFigures Packed()
    {
        var days = new ActivityDays(_session, _selection, CancellationToken.None);
        var counter = new ActivityCounter(_selection);
        foreach (var day in days.Days)
        {
            counter.Add(days, days.Load(day));
        }

        return counter.Figures();
    }

    private sealed record Conversation(
        DateTime CreatedAtUtc, long UserId, MessageMarks Marks, long Messages, long UserMessages, long Flagged, long Moderated,
        long ContentBytes);
}
