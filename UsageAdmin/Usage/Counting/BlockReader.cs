using UsageAdmin.Data.RollUps;

namespace UsageAdmin.Usage.Counting;

/// <summary>
/// Brings loaded days to one counter, block of users by block: what is known of a block is fetched into the processor's
/// cache once for all of the days.
/// </summary>
internal sealed class BlockReader(UsageCounter counter, UsageFacts facts)
{
    private readonly RowsOfDays<MessageColumn> _messages = new(
    [
        MessageColumn.Quarter, MessageColumn.UserId, MessageColumn.AppId, MessageColumn.ProjectId, MessageColumn.ModelId,
        MessageColumn.ConversationNo, MessageColumn.UserMessages, MessageColumn.Messages,
    ]);

    private readonly RowsOfDays<RequestColumn> _requests = new(Enum.GetValues<RequestColumn>());
    private readonly RowsOfDays<ActionColumn> _actions = new(Enum.GetValues<ActionColumn>());
    private readonly RowsOfDays<AnswerColumn> _answers = new(Enum.GetValues<AnswerColumn>());

    /// <summary>Counts the rows of the counter's users.</summary>
    /// <param name="days">Indexed; others may read them at the same time.</param>
    public void Read(LoadedDays days)
    {
        foreach (var block in counter.Blocks)
        {
            _messages.Clear();
            _requests.Clear();
            _actions.Clear();
            for (var day = 0; day < days.Count; day++)
            {
                _messages.Add(days[day].Messages, days[day].Messages.RowsOf(block), day);
                _requests.Add(days[day].Requests, days[day].Requests.RowsOf(block), day);
                _actions.Add(days[day].Actions, days[day].Actions.RowsOf(block), day);
            }

            AddMessages(days);
            AddRequests(days);
            AddActions(days);
        }

        if (counter.WithAnswers)
        {
            _answers.Clear();
            for (var day = 0; day < days.Count; day++)
            {
                _answers.Add(days[day].Answers, counter.ShareOf(days[day].Answers.Count), day);
            }

            AddAnswers(days);
        }
    }

    private void AddMessages(LoadedDays days)
    {
        var users = _messages[MessageColumn.UserId];
        var quarters = _messages[MessageColumn.Quarter];
        var apps = _messages[MessageColumn.AppId];
        var projects = _messages[MessageColumn.ProjectId];
        var models = _messages[MessageColumn.ModelId];
        var conversations = _messages[MessageColumn.ConversationNo];
        var userMessages = _messages[MessageColumn.UserMessages];
        var messages = _messages[MessageColumn.Messages];
        for (var row = 0; row < _messages.Count; row++)
        {
            var (at, day) = days[_messages.Days[row]].Quarter(quarters[row]);
            if (day >= 0)
            {
                counter.AddMessages(
                    facts.PlaceOfUser(users[row]), apps[row], projects[row], models[row], conversations[row], userMessages[row],
                    messages[row], day, at);
            }
        }
    }

    private void AddRequests(LoadedDays days)
    {
        var users = _requests[RequestColumn.UserId];
        var quarters = _requests[RequestColumn.Quarter];
        var apps = _requests[RequestColumn.AppId];
        var projects = _requests[RequestColumn.ProjectId];
        var models = _requests[RequestColumn.ModelId];
        var sums = new RequestSums(_requests);
        for (var row = 0; row < _requests.Count; row++)
        {
            var (at, day) = days[_requests.Days[row]].Quarter(quarters[row]);
            if (day >= 0)
            {
                counter.AddRequests(
                    facts.PlaceOfUser(users[row]), apps[row], projects[row], models[row], sums[row], day, at);
            }
        }
    }

    private void AddActions(LoadedDays days)
    {
        var users = _actions[ActionColumn.UserId];
        var times = _actions[ActionColumn.Time];
        var names = _actions[ActionColumn.ActionNameId];
        for (var row = 0; row < _actions.Count; row++)
        {
            if (days[_actions.Days[row]].IsInPeriod(times[row]))
            {
                counter.AddAction(facts.PlaceOfUser(users[row]), names[row]);
            }
        }
    }

    private void AddAnswers(LoadedDays days)
    {
        var quarters = _answers[AnswerColumn.Quarter];
        var apps = _answers[AnswerColumn.AppId];
        var projects = _answers[AnswerColumn.ProjectId];
        var models = _answers[AnswerColumn.ModelId];
        var tallies = new AnswerTallies(_answers);
        for (var row = 0; row < _answers.Count; row++)
        {
            if (days[_answers.Days[row]].Quarter(quarters[row]).Day >= 0)
            {
                counter.AddAnswers(apps[row], projects[row], models[row], tallies[row]);
            }
        }
    }

    private readonly ref struct RequestSums(RowsOfDays<RequestColumn> rows)
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

    private readonly ref struct AnswerTallies(RowsOfDays<AnswerColumn> rows)
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
