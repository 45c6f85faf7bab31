using UsageAdmin.Data;
using UsageAdmin.Data.RollUps;
using UsageAdmin.Data.Schema;

namespace UsageAdmin.Usage.Counting;

/// <summary>
/// Counts a period on one snapshot, from the roll-up; quarter-hours that the period cuts are counted anew from messages. For
/// one thread, which reads; several count what it has read.
/// </summary>
internal sealed class UsageReader
{
    /// <summary>Of the people, counted side by side. More threads would wait for the one that reads.</summary>
    private const int Parts = 4;

    /// <summary>
    /// What is in memory of the days that are counted together, and of those that are read meanwhile. It starts small: until
    /// the first days are read nothing is counted.
    /// </summary>
    private const int FirstBytes = 1 << 20;
    private const int MostBytes = 4 << 20;

    private readonly UsageSession _session;
    private readonly UsageScope _scope;
    private readonly CancellationToken _cancellationToken;
    private readonly long _from;
    private readonly long _to;

    /// <summary>The whole quarter-hours of the period; nothing where <c>_wholeTo</c> is not behind <c>_wholeFrom</c>.</summary>
    private readonly long _wholeFrom;
    private readonly long _wholeTo;
    private readonly UsagePeriod _period;
    private readonly DayRows<MessageColumn> _messages = UsageDays.Messages();

    public UsageReader(UsageSession session, UsageScope scope, UsagePeriod period, CancellationToken cancellationToken)
    {
        (_session, _scope, _period, _cancellationToken) = (session, scope, period, cancellationToken);
        (_from, _to) = (UnixMilliseconds.From(period.FromUtc), UnixMilliseconds.From(period.ToUtc));
        _wholeFrom = QuarterHour.StartOf(_from + QuarterHour.Milliseconds - 1);
        _wholeTo = QuarterHour.StartOf(_to);
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
            facts, type, Math.Max(1, DayOf(_to - 1) + 1), conversations,
            Environment.ProcessorCount == 1 ? 1 : Parts);
        CountDays(facts, counters);
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

    /// <summary>Reads the next days while others are counted.</summary>
    private void CountDays(UsageFacts facts, UsageCounter[] counters)
    {
        var readers = Array.ConvertAll(counters, counter => new BlockReader(counter, facts));
        using var first = new LoadedDays(_period);
        using var second = new LoadedDays(_period);
        var (next, last) = (first, second);
        var counting = Task.CompletedTask;
        using var days = UtcDays().GetEnumerator();
        try
        {
            for (var bytes = FirstBytes; Load(next, bytes); bytes = Math.Min(bytes * 2, MostBytes))
            {
                _cancellationToken.ThrowIfCancellationRequested();
                counting.GetAwaiter().GetResult();
                var loaded = next;
                (next, last) = (last, next);
                counting = Task.Run(() => Count(loaded));
            }
        }
        finally
        {
            // Whoever still counts reads memory that is given back after this.
            counting.GetAwaiter().GetResult();
        }

        bool Load(LoadedDays into, int bytes) =>
            into.Load(_session, _scope.Workspace.Id, days, counters[0].WithAnswers, bytes);

        void Count(LoadedDays loaded)
        {
            Parallel.For(0, loaded.Count, day => loaded[day].Index(facts));
            Parallel.ForEach(readers, reader => reader.Read(loaded));
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
            SELECT created_at, coalesce(user_id, 0), coalesce(app_id, 0), coalesce(project_id, 0), coalesce(model_id, 0), input_tokens,
                output_tokens, coalesce(cached_input_tokens, 0), coalesce(cache_creation_tokens, 0), cost_micro_usd
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
            SELECT started_at, workflow_id, coalesce(user_id, 0), status, error_type, "trigger", ended_at, input_tokens,
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
}
