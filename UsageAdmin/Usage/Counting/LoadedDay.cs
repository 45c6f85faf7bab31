using UsageAdmin.Data;
using UsageAdmin.Data.RollUps;

namespace UsageAdmin.Usage.Counting;

/// <summary>What the roll-up holds of a UTC day. One object serves many days.</summary>
internal sealed class LoadedDay
{
    private readonly long _from;
    private readonly long _to;
    private readonly DateOnly _firstDay;
    private readonly LocalQuarters _quarters;
    private long _day;

    /// <param name="period">Quarter-hours that it cuts are left out.</param>
    public LoadedDay(UsagePeriod period)
    {
        (_from, _to) = (UnixMilliseconds.From(period.FromUtc), UnixMilliseconds.From(period.ToUtc));
        _firstDay = period.Days.From;
        _quarters = new LocalQuarters(period.Zone);
    }

    public RowsByBlock<MessageColumn> Messages { get; } = new(UsageDays.Messages(), MessageColumn.UserId);

    public RowsByBlock<RequestColumn> Requests { get; } = new(UsageDays.Requests(), RequestColumn.UserId);

    public RowsByBlock<ActionColumn> Actions { get; } = new(UsageDays.Actions(), ActionColumn.UserId);

    public HeldRows<AnswerColumn> Answers { get; } = new(UsageDays.Answers());

    /// <param name="day">Its first millisecond since 1970.</param>
    /// <param name="into">Where its rows are until it is cleared.</param>
    public void Load(UsageSession session, long workspaceId, long day, bool withAnswers, PackedBytes into)
    {
        _day = day;
        Messages.Load(session, workspaceId, day, into);
        Requests.Load(session, workspaceId, day, into);
        Actions.Load(session, workspaceId, day, into);
        if (withAnswers)
        {
            Answers.Load(session, workspaceId, day, into);
        }
    }

    /// <summary>Makes what was loaded ready to be read, by several threads.</summary>
    public void Index(UsageFacts facts)
    {
        _quarters.Set(_day, _from, _to, _firstDay);
        Messages.Index(facts);
        Requests.Index(facts);
        Actions.Index(facts);
    }

    /// <summary>The first millisecond of a quarter-hour, and its day behind the period's first; −1: it is not all in the period.</summary>
    public (long At, int Day) Quarter(long quarter)
    {
        var at = _day + (quarter * QuarterHour.Milliseconds);
        return (at, at >= _from && at + QuarterHour.Milliseconds <= _to ? _quarters.Day[quarter] : -1);
    }

    /// <param name="time">Milliseconds since the day began.</param>
    public bool IsInPeriod(long time) => _day + time >= _from && _day + time < _to;
}
