using UsageAdmin.Exports;

namespace UsageAdmin.Activity;

/// <summary>Counts conversations by local day; they come in order of time, so a day's bounds are looked up once.</summary>
internal sealed class DayCounter(TimeZoneInfo zone)
{
    private readonly List<ActivityDay> _days = [];
    private long _endOfDay = long.MinValue;
    private DateOnly _day;
    private long _conversations;
    private long _messages;

    public void Add(long createdAt, long messages)
    {
        if (createdAt >= _endOfDay)
        {
            Close();
            _day = DateRange.DayOf(Data.UnixMilliseconds.ToUtc(createdAt), zone);
            _endOfDay = Data.UnixMilliseconds.From(DateRange.StartOfDay(_day.AddDays(1), zone));
        }

        _conversations++;
        _messages += messages;
    }

    /// <summary>All days of the range, or from the first counted to the last, those without conversations as zeros.</summary>
    public IReadOnlyList<ActivityDay> Days(DateRange? range)
    {
        Close();
        if (range is null && _days.Count == 0)
        {
            return [];
        }

        var (from, to) = range is { } r ? (r.From, r.To) : (_days[0].Day, _days[^1].Day);
        var counted = _days.ToDictionary(d => d.Day);
        return
        [
            .. Enumerable.Range(0, to.DayNumber - from.DayNumber + 1).Select(i => from.AddDays(i))
                .Select(day => counted.GetValueOrDefault(day) ?? new ActivityDay(day, 0, 0)),
        ];
    }

    private void Close()
    {
        if (_conversations > 0)
        {
            _days.Add(new ActivityDay(_day, _conversations, _messages));
            _conversations = 0;
            _messages = 0;
        }
    }
}
