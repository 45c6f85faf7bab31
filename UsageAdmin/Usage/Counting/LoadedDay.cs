using UsageAdmin.Data;
using UsageAdmin.Data.RollUps;

namespace UsageAdmin.Usage.Counting;

/// <summary>The rows of a UTC day of the roll-up, unpacked, for several counters at a time. One object serves many days.</summary>
internal sealed class LoadedDay
{
    private static readonly MessageColumn[] MessageColumns =
    [
        MessageColumn.Quarter, MessageColumn.UserId, MessageColumn.AppId, MessageColumn.ProjectId, MessageColumn.ModelId,
        MessageColumn.ConversationNo, MessageColumn.UserMessages, MessageColumn.Messages,
    ];

    private readonly long _from;
    private readonly long _to;
    private readonly DateOnly _firstDay;
    private readonly LocalQuarters _quarters;
    private readonly DayRows<MessageColumn> _messages = UsageDays.Messages();
    private readonly DayRows<RequestColumn> _requests = UsageDays.Requests();
    private readonly DayRows<ActionColumn> _actions = UsageDays.Actions();
    private readonly DayRows<AnswerColumn> _answers = UsageDays.Answers();
    private long _day;

    /// <param name="period">Rows of quarter-hours that it cuts are left out; actions are counted to the millisecond.</param>
    public LoadedDay(UsagePeriod period)
    {
        (_from, _to) = (UnixMilliseconds.From(period.FromUtc), UnixMilliseconds.From(period.ToUtc));
        _firstDay = period.Days.From;
        _quarters = new LocalQuarters(period.Zone);
    }

    /// <param name="day">Its first millisecond since 1970.</param>
    public void Load(UsageSession session, long workspaceId, long day, bool withAnswers)
    {
        _day = day;
        _quarters.Set(day, _from, _to, _firstDay);
        _messages.Load(session, workspaceId, day, MessageColumns);
        _requests.Load(session, workspaceId, day, Enum.GetValues<RequestColumn>());
        _actions.Load(session, workspaceId, day, Enum.GetValues<ActionColumn>());
        if (withAnswers)
        {
            _answers.Load(session, workspaceId, day, Enum.GetValues<AnswerColumn>());
        }
    }

    /// <summary>Counts the rows of the counter's people. Several threads may do so at a time, each with a counter of its own.</summary>
    public void AddTo(UsageCounter counter)
    {
        AddMessages(counter);
        AddRequests(counter);
        AddActions(counter);
        if (counter.WithAnswers)
        {
            AddAnswers(counter);
        }
    }

    private void AddMessages(UsageCounter counter)
    {
        var quarters = _messages[MessageColumn.Quarter];
        var apps = _messages[MessageColumn.AppId];
        var projects = _messages[MessageColumn.ProjectId];
        var models = _messages[MessageColumn.ModelId];
        var conversations = _messages[MessageColumn.ConversationNo];
        var userMessages = _messages[MessageColumn.UserMessages];
        var messages = _messages[MessageColumn.Messages];
        var own = counter.Own(_messages[MessageColumn.UserId]);
        for (var i = 0; i < own.Rows.Length; i++)
        {
            var row = own.Rows[i];
            var at = _day + (quarters[row] * QuarterHour.Milliseconds);
            if (IsWhole(at))
            {
                counter.AddMessages(
                    own.Users[i], apps[row], projects[row], models[row], conversations[row], userMessages[row], messages[row],
                    _quarters.Day[quarters[row]], at);
            }
        }
    }

    private void AddRequests(UsageCounter counter)
    {
        var quarters = _requests[RequestColumn.Quarter];
        var apps = _requests[RequestColumn.AppId];
        var projects = _requests[RequestColumn.ProjectId];
        var models = _requests[RequestColumn.ModelId];
        var sums = new RequestSums(_requests);
        var own = counter.Own(_requests[RequestColumn.UserId]);
        for (var i = 0; i < own.Rows.Length; i++)
        {
            var row = own.Rows[i];
            var at = _day + (quarters[row] * QuarterHour.Milliseconds);
            if (IsWhole(at))
            {
                counter.AddRequests(
                    own.Users[i], apps[row], projects[row], models[row], sums[row], _quarters.Day[quarters[row]], at);
            }
        }
    }

    private void AddAnswers(UsageCounter counter)
    {
        var quarters = _answers[AnswerColumn.Quarter];
        var apps = _answers[AnswerColumn.AppId];
        var projects = _answers[AnswerColumn.ProjectId];
        var models = _answers[AnswerColumn.ModelId];
        var tallies = new AnswerTallies(_answers);
        for (var row = 0; row < quarters.Length; row++)
        {
            // They name no user: any counter may take them.
            if (counter.Counts(row) && IsWhole(_day + (quarters[row] * QuarterHour.Milliseconds)))
            {
                counter.AddAnswers(apps[row], projects[row], models[row], tallies[row]);
            }
        }
    }

    private void AddActions(UsageCounter counter)
    {
        var times = _actions[ActionColumn.Time];
        var names = _actions[ActionColumn.ActionNameId];
        var own = counter.Own(_actions[ActionColumn.UserId]);
        for (var i = 0; i < own.Rows.Length; i++)
        {
            var row = own.Rows[i];
            if (_day + times[row] >= _from && _day + times[row] < _to)
            {
                counter.AddAction(own.Users[i], names[row]);
            }
        }
    }

    private bool IsWhole(long slot) => slot >= _from && slot + QuarterHour.Milliseconds <= _to;

    private readonly ref struct RequestSums(DayRows<RequestColumn> rows)
    {
        private readonly ReadOnlySpan<long> _requests = rows[RequestColumn.Requests];
        private readonly ReadOnlySpan<long> _failed = rows[RequestColumn.FailedRequests];
        private readonly ReadOnlySpan<long> _withTokens = rows[RequestColumn.RequestsWithTokens];
        private readonly ReadOnlySpan<long> _prompt = rows[RequestColumn.InputTokens];
        private readonly ReadOnlySpan<long> _completion = rows[RequestColumn.OutputTokens];
        private readonly ReadOnlySpan<long> _cachedPrompt = rows[RequestColumn.CachedInputTokens];
        private readonly ReadOnlySpan<long> _cacheCreation = rows[RequestColumn.CacheCreationTokens];
        private readonly ReadOnlySpan<long> _withCost = rows[RequestColumn.RequestsWithCost];
        private readonly ReadOnlySpan<long> _cost = rows[RequestColumn.CostMicroUsd];

        public RequestRow this[int row] => new(
            _requests[row], _failed[row], _withTokens[row], _prompt[row], _completion[row], _cachedPrompt[row],
            _cacheCreation[row], _withCost[row], _cost[row]);
    }

    private readonly ref struct AnswerTallies(DayRows<AnswerColumn> rows)
    {
        private readonly ReadOnlySpan<long> _minPrompt = rows[AnswerColumn.MinInputTokens];
        private readonly ReadOnlySpan<long> _maxPrompt = rows[AnswerColumn.MaxInputTokens];
        private readonly ReadOnlySpan<long> _minCompletion = rows[AnswerColumn.MinOutputTokens];
        private readonly ReadOnlySpan<long> _maxCompletion = rows[AnswerColumn.MaxOutputTokens];
        private readonly ReadOnlySpan<long> _responses = rows[AnswerColumn.Responses];
        private readonly ReadOnlySpan<long> _responseMilliseconds = rows[AnswerColumn.ResponseMilliseconds];
        private readonly ReadOnlySpan<long> _positive = rows[AnswerColumn.PositiveRatings];
        private readonly ReadOnlySpan<long> _negative = rows[AnswerColumn.NegativeRatings];

        public AnswerTally this[int row] => new()
        {
            MinPrompt = Known(_minPrompt[row]),
            MaxPrompt = Known(_maxPrompt[row]),
            MinCompletion = Known(_minCompletion[row]),
            MaxCompletion = Known(_maxCompletion[row]),
            Responses = _responses[row],
            ResponseMilliseconds = _responseMilliseconds[row],
            Positive = _positive[row],
            Negative = _negative[row],
        };

        private static long? Known(long number) => number < 0 ? null : number;
    }
}
