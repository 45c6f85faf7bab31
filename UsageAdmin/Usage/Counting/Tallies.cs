using UsageAdmin.Data.Schema;

namespace UsageAdmin.Usage.Counting;

/// <summary>User messages of one person, by where they were sent.</summary>
internal struct UserTally
{
    public long ChatMessages;
    public long AssistantMessages;
    public long ProjectMessages;
    public long Requests;
    public bool HasActions;

    public readonly long Messages => ChatMessages + AssistantMessages + ProjectMessages;
}

internal struct AssistantTally
{
    public long Messages;
    public long AllMessages;
    public long Conversations;
    public RequestTally Requests;
    public AnswerTally Answers;

    public void Add(in AssistantTally other)
    {
        Messages += other.Messages;
        AllMessages += other.AllMessages;
        Conversations += other.Conversations;
        Requests.Add(other.Requests);
        Answers.Add(other.Answers);
    }
}

internal struct ProjectTally
{
    public long Messages;
    public long AllMessages;
    public long Conversations;

    /// <summary>Milliseconds since 1970 of the last quarter-hour with a message; 0: none.</summary>
    public long LastAt;
    public RequestTally Requests;

    public void Add(in ProjectTally other)
    {
        Messages += other.Messages;
        AllMessages += other.AllMessages;
        Conversations += other.Conversations;
        LastAt = Math.Max(LastAt, other.LastAt);
        Requests.Add(other.Requests);
    }
}

internal struct ModelTally
{
    public RequestTally Requests;
    public AnswerTally Answers;

    public void Add(in ModelTally other)
    {
        Requests.Add(other.Requests);
        Answers.Add(other.Answers);
    }
}

/// <summary>What single answers took and were worth.</summary>
internal struct AnswerTally
{
    public long? MinPrompt;
    public long? MaxPrompt;
    public long? MinCompletion;
    public long? MaxCompletion;
    public long Responses;
    public long ResponseMilliseconds;
    public long Positive;
    public long Negative;

    public void Add(in AnswerTally other)
    {
        MinPrompt = MinPrompt < other.MinPrompt ? MinPrompt : other.MinPrompt ?? MinPrompt;
        MaxPrompt = MaxPrompt > other.MaxPrompt ? MaxPrompt : other.MaxPrompt ?? MaxPrompt;
        MinCompletion = MinCompletion < other.MinCompletion ? MinCompletion : other.MinCompletion ?? MinCompletion;
        MaxCompletion = MaxCompletion > other.MaxCompletion ? MaxCompletion : other.MaxCompletion ?? MaxCompletion;
        Responses += other.Responses;
        ResponseMilliseconds += other.ResponseMilliseconds;
        Positive += other.Positive;
        Negative += other.Negative;
    }
}

internal sealed class WorkflowTally
{
    private readonly Dictionary<string, long> _errorTypes = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long> _triggers = new(StringComparer.Ordinal);
    private readonly List<long> _durations = [];
    private readonly long[] _byStatus = new long[Enum.GetValues<RunStatus>().Length];
    private RequestTally _requests;

    public long Runs => _byStatus.Sum();

    /// <summary>Places.</summary>
    public HashSet<int> Users { get; } = [];

    /// <summary>Milliseconds since 1970.</summary>
    public long LastAt { get; private set; }

    public IEnumerable<KeyValuePair<string, long>> ErrorTypes => _errorTypes;

    public IEnumerable<KeyValuePair<string, long>> Triggers => _triggers;

    /// <summary>Milliseconds of runs that ended, as they came.</summary>
    public List<long> Durations => _durations;

    public RequestTally Requests => _requests;

    public long With(RunStatus status) => _byStatus[(int)status];

    /// <param name="duration">Milliseconds; null: it has not ended.</param>
    public void Add(RunStatus status, string? errorType, string? trigger, long startedAt, long? duration, in RequestRow? requests)
    {
        _byStatus[(int)status]++;
        LastAt = Math.Max(LastAt, startedAt);
        if (status == RunStatus.Failed && !string.IsNullOrEmpty(errorType))
        {
            _errorTypes[errorType] = _errorTypes.GetValueOrDefault(errorType) + 1;
        }

        if (!string.IsNullOrEmpty(trigger))
        {
            _triggers[trigger] = _triggers.GetValueOrDefault(trigger) + 1;
        }

        if (duration is { } milliseconds)
        {
            _durations.Add(milliseconds);
        }

        if (requests is { } row)
        {
            _requests.Add(row, TokenTally.CostOf(row, (null, null)));
        }
    }

    public void Add(WorkflowTally other)
    {
        for (var i = 0; i < _byStatus.Length; i++)
        {
            _byStatus[i] += other._byStatus[i];
        }

        foreach (var (type, count) in other._errorTypes)
        {
            _errorTypes[type] = _errorTypes.GetValueOrDefault(type) + count;
        }

        foreach (var (trigger, count) in other._triggers)
        {
            _triggers[trigger] = _triggers.GetValueOrDefault(trigger) + count;
        }

        _durations.AddRange(other._durations);
        Users.UnionWith(other.Users);
        LastAt = Math.Max(LastAt, other.LastAt);
        _requests.Add(other._requests);
    }
}
