using UsageAdmin.Data;
using UsageAdmin.Data.RollUps;
using UsageAdmin.Data.Schema;

namespace UsageAdmin.Usage.Counting;

/// <summary>
/// Counts a period on one snapshot, from the roll-up; quarter-hours that the period cuts are counted anew from messages. For
/// one thread.
/// </summary>
internal sealed class UsageReader
{
    /// <summary>More would wait for the one that reads.</summary>
    private const int MostThreads = 4;

    private readonly UsageSession _session;
    private readonly UsageScope _scope;
    private readonly CancellationToken _cancellationToken;
    private readonly long _from;
    private readonly long _to;

    /// <summary>The whole quarter-hours of the period; nothing where <c>_wholeTo</c> is not behind <c>_wholeFrom</c>.</summary>
    private readonly long _wholeFrom;
    private readonly long _wholeTo;
    private readonly UsagePeriod _period;
    private readonly LocalQuarters _quarters;
    private readonly DayRows<MessageColumn> _messages = UsageDays.Messages();

    public UsageReader(UsageSession session, UsageScope scope, UsagePeriod period, CancellationToken cancellationToken)
    {
        (_session, _scope, _period, _cancellationToken) = (session, scope, period, cancellationToken);
        (_from, _to) = (UnixMilliseconds.From(period.FromUtc), UnixMilliseconds.From(period.ToUtc));
        _wholeFrom = QuarterHour.StartOf(_from + QuarterHour.Milliseconds - 1);
        _wholeTo = QuarterHour.StartOf(_to);
        _quarters = new LocalQuarters(period.Zone);
    }

    /// <summary>User messages, workflow runs and requests known by their tokens alone.</summary>
    public long CountEvents()
    {
        var count = Cuts().Sum(cut => cut.Row.UserMessages);
        foreach (var day in UtcDays())
        {
            _messages.Load(_session, _scope.Workspace.Id, day);
            var userMessages = _messages[MessageColumn.UserMessages];
            if (day >= _wholeFrom && day + UsageDays.Milliseconds <= _wholeTo)
            {
                foreach (var messages in userMessages)
                {
                    count += messages;
                }

                continue;
            }

            var quarters = _messages[MessageColumn.Quarter];
            for (var row = 0; row < _messages.Count; row++)
            {
                count += IsWhole(day + (quarters[row] * QuarterHour.Milliseconds)) ? userMessages[row] : 0;
            }
        }

        return count
            + Number("SELECT count(*) FROM usage_event WHERE workspace_id = ?1 AND created_at >= ?2 AND created_at < ?3 AND message_external_id IS NULL")
            + (_scope.HasWorkflows
                ? Number("SELECT count(*) FROM workflow_run WHERE workspace_id = ?1 AND started_at >= ?2 AND started_at < ?3")
                : 0);
    }

    public UsageCounter Count(UsageFacts facts, UsageDataType type)
    {
        var conversations = _session.Prepare("SELECT next_conversation_no FROM workspace WHERE id = ?1")
            .Bind(1, _scope.Workspace.Id).FirstNumber() ?? 0;
        var counters = UsageCounter.SideBySide(
            facts, type, Math.Max(1, DayOf(_to - 1) + 1), conversations, Math.Clamp(Environment.ProcessorCount, 1, MostThreads));
        var (requests, answers, actions) = (UsageDays.Requests(), UsageDays.Answers(), UsageDays.Actions());
        foreach (var day in UtcDays())
        {
            _cancellationToken.ThrowIfCancellationRequested();
            _quarters.Set(day, _from, _to, _period.Days.From);
            _messages.Load(_session, _scope.Workspace.Id, day);
            requests.Load(_session, _scope.Workspace.Id, day);
            actions.Load(_session, _scope.Workspace.Id, day);
            _messages.Unpack();
            requests.Unpack();
            actions.Unpack();
            if (counters[0].WithAnswers)
            {
                answers.Load(_session, _scope.Workspace.Id, day);
                answers.Unpack();
            }

            Parallel.ForEach(counters, counter =>
            {
                AddMessages(counter, facts, day);
                AddRequests(counter, facts, requests, day);
                if (counter.WithAnswers)
                {
                    AddAnswers(counter, answers, day);
                }

                AddActions(counter, facts, actions, day);
            });
        }

        foreach (var cut in Cuts())
        {
            var user = facts.PlaceOfUser(cut.UserId);
            Add(Of(user), user, cut);
        }

        AddLoneRequests(facts, Of);
        if (_scope.HasWorkflows)
        {
            AddRuns(counters[0], facts);
        }

        foreach (var counter in counters.Skip(1))
        {
            counters[0].Join(counter);
        }

        counters[0].Sort();

        return counters[0];

        UsageCounter Of(int user) => counters.First(counter => counter.Counts(user));
    }

    private static RequestRow Row(in DayRowsOfRequests rows, int row) => new(
        rows.Requests[row], rows.Failed[row], rows.WithTokens[row], rows.Prompt[row], rows.Completion[row],
        rows.CachedPrompt[row], rows.CacheCreation[row], rows.WithCost[row], rows.Cost[row]);

    private static long? Known(long number) => number < 0 ? null : number;

    private void AddMessages(UsageCounter counter, UsageFacts facts, long day)
    {
        var quarters = _messages[MessageColumn.Quarter];
        var users = _messages[MessageColumn.UserId];
        var apps = _messages[MessageColumn.AppId];
        var projects = _messages[MessageColumn.ProjectId];
        var models = _messages[MessageColumn.ModelId];
        var conversations = _messages[MessageColumn.ConversationNo];
        var userMessages = _messages[MessageColumn.UserMessages];
        var messages = _messages[MessageColumn.Messages];
        for (var row = 0; row < _messages.Count; row++)
        {
            var at = day + (quarters[row] * QuarterHour.Milliseconds);
            var user = facts.PlaceOfUser(users[row]);
            if (counter.Counts(user) && IsWhole(at))
            {
                counter.AddMessages(
                    user, apps[row], projects[row], models[row], conversations[row], userMessages[row], messages[row],
                    _quarters.Day[quarters[row]], at);
            }
        }
    }

    private void AddRequests(UsageCounter counter, UsageFacts facts, DayRows<RequestColumn> requests, long day)
    {
        var quarters = requests[RequestColumn.Quarter];
        var users = requests[RequestColumn.UserId];
        var apps = requests[RequestColumn.AppId];
        var projects = requests[RequestColumn.ProjectId];
        var models = requests[RequestColumn.ModelId];
        var rows = new DayRowsOfRequests(requests);
        for (var row = 0; row < requests.Count; row++)
        {
            var at = day + (quarters[row] * QuarterHour.Milliseconds);
            var user = facts.PlaceOfUser(users[row]);
            if (counter.Counts(user) && IsWhole(at))
            {
                counter.AddRequests(
                    user, apps[row], projects[row], models[row], Row(rows, row), _quarters.Day[quarters[row]], at);
            }
        }
    }

    private void AddAnswers(UsageCounter counter, DayRows<AnswerColumn> answers, long day)
    {
        var quarters = answers[AnswerColumn.Quarter];
        var apps = answers[AnswerColumn.AppId];
        var projects = answers[AnswerColumn.ProjectId];
        var models = answers[AnswerColumn.ModelId];
        var rows = new DayRowsOfAnswers(answers);
        for (var row = 0; row < answers.Count; row++)
        {
            if (counter.Counts(row) && IsWhole(day + (quarters[row] * QuarterHour.Milliseconds)))
            {
                counter.AddAnswers(apps[row], projects[row], models[row], rows.Answers(row));
            }
        }
    }

    private void AddActions(UsageCounter counter, UsageFacts facts, DayRows<ActionColumn> actions, long day)
    {
        var times = actions[ActionColumn.Time];
        var users = actions[ActionColumn.UserId];
        var names = actions[ActionColumn.ActionNameId];
        for (var row = 0; row < actions.Count; row++)
        {
            var user = facts.PlaceOfUser(users[row]);
            if (counter.Counts(user) && day + times[row] >= _from && day + times[row] < _to)
            {
                counter.AddAction(user, names[row]);
            }
        }
    }

    private void Add(UsageCounter counter, int user, CutSlot cut)
    {
        var row = cut.Row;
        var day = DayOf(Math.Max(row.Slot, _from));
        if (row.UserMessages + row.ProviderMessages + row.UserStartMessages > 0)
        {
            counter.AddMessages(
                user, cut.AppId, cut.ProjectId, row.ModelId, cut.ConversationNo, row.UserMessages,
                row.UserMessages + row.ProviderMessages + row.UserStartMessages, day, row.Slot);
        }

        if (row.Requests > 0)
        {
            counter.AddRequests(
                user, cut.AppId, cut.ProjectId, row.ModelId,
                new RequestRow(
                    row.Requests, row.FailedRequests, row.RequestsWithTokens, row.InputTokens, row.OutputTokens,
                    row.CachedInputTokens, row.CacheCreationTokens, row.RequestsWithCost, row.CostMicroUsd), day, row.Slot);
            counter.AddAnswers(cut.AppId, cut.ProjectId, row.ModelId, new AnswerTally
            {
                MinPrompt = row.MinInputTokens,
                MaxPrompt = row.MaxInputTokens,
                MinCompletion = row.MinOutputTokens,
                MaxCompletion = row.MaxOutputTokens,
                Responses = row.Responses,
                ResponseMilliseconds = row.ResponseMilliseconds,
                Positive = row.PositiveRatings,
                Negative = row.NegativeRatings,
            });
        }
    }

    /// <summary>Those that name a message count with it (decisions.md 17).</summary>
    private void AddLoneRequests(UsageFacts facts, Func<int, UsageCounter> counterOf)
    {
        var row = InPeriod(
            """
            SELECT created_at, ifnull(user_id, 0), ifnull(app_id, 0), ifnull(project_id, 0), ifnull(model_id, 0), input_tokens,
                output_tokens, ifnull(cached_input_tokens, 0), ifnull(cache_creation_tokens, 0), cost_micro_usd
            FROM usage_event WHERE workspace_id = ?1 AND created_at >= ?2 AND created_at < ?3 AND message_external_id IS NULL
            """);
        while (row.Step())
        {
            var requests = new RequestRow(
                1, 0, row.IsNull(5) && row.IsNull(6) ? 0 : 1, row.Number(5), row.Number(6), row.Number(7), row.Number(8),
                row.IsNull(9) ? 0 : 1, row.Number(9));
            var user = facts.PlaceOfUser(row.Number(1));
            var counter = counterOf(user);
            counter.AddLoneRequest(
                user, row.Number(2), row.Number(3), row.Number(4), requests, DayOf(row.Number(0)), row.Number(0));
            counter.AddAnswers(row.Number(2), row.Number(3), row.Number(4), new AnswerTally
            {
                MinPrompt = row.NullableNumber(5),
                MaxPrompt = row.NullableNumber(5),
                MinCompletion = row.NullableNumber(6),
                MaxCompletion = row.NullableNumber(6),
            });
        }

        row.Reset();
    }

    private void AddRuns(UsageCounter counter, UsageFacts facts)
    {
        var row = InPeriod(
            """
            SELECT started_at, workflow_id, ifnull(user_id, 0), status, error_type, "trigger", ended_at, input_tokens,
                output_tokens, cost_micro_usd
            FROM workflow_run WHERE workspace_id = ?1 AND started_at >= ?2 AND started_at < ?3
            """);
        while (row.Step())
        {
            var startedAt = row.Number(0);
            var workflow = counter.AddRun(row.Number(1), DayOf(startedAt));
            RequestRow? requests = row.IsNull(7) && row.IsNull(8) && row.IsNull(9)
                ? null
                : new RequestRow(
                    1, 0, row.IsNull(7) && row.IsNull(8) ? 0 : 1, row.Number(7), row.Number(8), 0, 0, row.IsNull(9) ? 0 : 1,
                    row.Number(9));
            workflow.Add(
                (RunStatus)row.Number(3), row.Text(4), row.Text(5), startedAt,
                row.NullableNumber(6) is { } ended && ended >= startedAt ? ended - startedAt : null, requests);
            if (row.Number(2) != 0)
            {
                workflow.Users.Add(facts.PlaceOfUser(row.Number(2)));
            }
        }

        row.Reset();
    }

    private bool IsWhole(long slot) => slot >= _wholeFrom && slot < _wholeTo;

    private int DayOf(long at) => Exports.DateRange.DayOf(UnixMilliseconds.ToUtc(at), _period.Zone).DayNumber
        - _period.Days.From.DayNumber;

    private IEnumerable<long> UtcDays()
    {
        for (var day = UsageDays.DayOf(_from); day < _to; day += UsageDays.Milliseconds)
        {
            yield return day;
        }
    }

    /// <summary>The parts of quarter-hours at the period's ends.</summary>
    private IEnumerable<CutSlot> Cuts()
    {
        if (_wholeFrom > _wholeTo)
        {
            return CutSlots.Read(_session, _scope.Workspace.Id, _from, _to);
        }

        var first = _from < _wholeFrom ? CutSlots.Read(_session, _scope.Workspace.Id, _from, _wholeFrom) : [];
        var last = _wholeTo < _to ? CutSlots.Read(_session, _scope.Workspace.Id, _wholeTo, _to) : [];
        return first.Concat(last);
    }

    private Statement InPeriod(string sql) =>
        _session.Prepare(sql).Bind(1, _scope.Workspace.Id).Bind(2, _from).Bind(3, _to);

    private long Number(string sql) => InPeriod(sql).FirstNumber() ?? 0;

    /// <summary>The columns of a day's requests that are summed up.</summary>
    private readonly ref struct DayRowsOfRequests(DayRows<RequestColumn> rows)
    {
        public readonly ReadOnlySpan<long> Requests = rows[RequestColumn.Requests];
        public readonly ReadOnlySpan<long> Failed = rows[RequestColumn.FailedRequests];
        public readonly ReadOnlySpan<long> WithTokens = rows[RequestColumn.RequestsWithTokens];
        public readonly ReadOnlySpan<long> Prompt = rows[RequestColumn.InputTokens];
        public readonly ReadOnlySpan<long> Completion = rows[RequestColumn.OutputTokens];
        public readonly ReadOnlySpan<long> CachedPrompt = rows[RequestColumn.CachedInputTokens];
        public readonly ReadOnlySpan<long> CacheCreation = rows[RequestColumn.CacheCreationTokens];
        public readonly ReadOnlySpan<long> WithCost = rows[RequestColumn.RequestsWithCost];
        public readonly ReadOnlySpan<long> Cost = rows[RequestColumn.CostMicroUsd];
    }

    /// <summary>The columns of what single answers took.</summary>
    private readonly ref struct DayRowsOfAnswers(DayRows<AnswerColumn> rows)
    {
        private readonly ReadOnlySpan<long> _minPrompt = rows[AnswerColumn.MinInputTokens];
        private readonly ReadOnlySpan<long> _maxPrompt = rows[AnswerColumn.MaxInputTokens];
        private readonly ReadOnlySpan<long> _minCompletion = rows[AnswerColumn.MinOutputTokens];
        private readonly ReadOnlySpan<long> _maxCompletion = rows[AnswerColumn.MaxOutputTokens];
        private readonly ReadOnlySpan<long> _responses = rows[AnswerColumn.Responses];
        private readonly ReadOnlySpan<long> _responseMilliseconds = rows[AnswerColumn.ResponseMilliseconds];
        private readonly ReadOnlySpan<long> _positive = rows[AnswerColumn.PositiveRatings];
        private readonly ReadOnlySpan<long> _negative = rows[AnswerColumn.NegativeRatings];

        public AnswerTally Answers(int row) => new()
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
    }
}
