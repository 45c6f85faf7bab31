using UsageAdmin.Data;

namespace UsageAdmin.Usage.Counting;

/// <summary>
/// Sums up what happened in a period, by people and things. A message belongs to its project, else to its assistant, else to
/// plain chats (decisions.md 4). Several counters count side by side, each for people of its own, and become one at the end.
/// </summary>
internal sealed class UsageCounter
{
    private readonly UsageFacts _facts;
    private readonly int _part;
    private readonly int _parts;
    private readonly Bits _seen;
    private readonly bool _withAssistants;
    private readonly bool _withProjects;
    private readonly bool _withModels;
    private readonly bool _withTokens;

    /// <param name="first">The one that shares with this one what is known of people; null: this is the first.</param>
    private UsageCounter(
        UsageFacts facts, UsageDataType type, int days, long conversations, UsageCounter? first, int part, int parts)
    {
        (_facts, _part, _parts) = (facts, part, parts);
        WithUsers = type == UsageDataType.Users;
        WithAnswers = type is UsageDataType.Assistants or UsageDataType.Models;
        _withAssistants = type is UsageDataType.Users or UsageDataType.Assistants;
        _withProjects = type is UsageDataType.Users or UsageDataType.Projects;
        _withModels = WithUsers || (type == UsageDataType.Models && !facts.Scope.IsIdentified);
        _withTokens = WithUsers && facts.Scope.HasTokens;
        _seen = new Bits(1, checked((int)conversations));
        Assistants = new AssistantTally[facts.Assistants.Count];
        Projects = new ProjectTally[facts.Projects.Count];
        Models = new ModelTally[facts.Models.Places];
        Workflows = [.. Enumerable.Range(0, facts.Workflows.Count).Select(_ => new WorkflowTally())];
        MessagesByDay = new long[days];
        RequestsByDay = new long[days];
        RunsByDay = new long[days];
        Users = first?.Users ?? new UserTally[facts.Users];
        UserDays = first?.UserDays ?? new Bits(facts.Users, days);
        UsedAssistants = first?.UsedAssistants ?? new(facts.Users, Assistants.Length);
        UsedProjects = first?.UsedProjects ?? new(facts.Users, Projects.Length);
        UsedModels = first?.UsedModels ?? new(facts.Users, Models.Length);
        UsedActions = first?.UsedActions ?? new(facts.Users, facts.Actions.Length);
        Tokens = first?.Tokens ?? new(facts.Users, Models.Length);
    }

    /// <param name="type">Who used what is kept only as far as rows of this type need it.</param>
    /// <param name="days">Days of the period.</param>
    /// <param name="conversations">The workspace has no conversation number as large.</param>
    /// <param name="parts">A power of two.</param>
    public static UsageCounter[] SideBySide(UsageFacts facts, UsageDataType type, int days, long conversations, int parts)
    {
        var counters = new UsageCounter[parts];
        for (var part = 0; part < parts; part++)
        {
            counters[part] = new UsageCounter(facts, type, days, conversations, counters[0], part, parts);
        }

        return counters;
    }

    /// <summary>Whether it counts what users did with models and tools.</summary>
    public bool WithUsers { get; }

    /// <summary>Whether it counts what single answers took.</summary>
    public bool WithAnswers { get; }

    public UserTally[] Users { get; }

    /// <summary>Days on which a user sent a message.</summary>
    public Bits UserDays { get; }

    public AssistantTally[] Assistants { get; }

    public ProjectTally[] Projects { get; }

    public ModelTally[] Models { get; }

    public WorkflowTally[] Workflows { get; }

    public long[] MessagesByDay { get; }

    public long[] RequestsByDay { get; }

    public long[] RunsByDay { get; }

    /// <summary>User messages; 0 where only others are in a user's chat.</summary>
    public Pairs<long> UsedAssistants { get; }

    public Pairs<long> UsedProjects { get; }

    public Pairs<long> UsedModels { get; }

    public Pairs<long> UsedActions { get; }

    /// <summary>By user and model; empty where tokens are not shown.</summary>
    public Pairs<TokenTally> Tokens { get; }

    /// <summary>Requests that are known by their tokens alone.</summary>
    public long LoneRequests { get; private set; }

    public long Runs { get; private set; }

    /// <summary>Whether the user is this counter's; what nobody is named for is the last one's.</summary>
    public bool Counts(int user) => IsOwn(UserBlocks.Of(user));

    /// <summary>The blocks of users that this counter counts.</summary>
    public IEnumerable<int> Blocks =>
        Enumerable.Range(UserBlocks.OfNobody, UserBlocks.Count(_facts.Users) + 1).Where(IsOwn);

    /// <summary>Of rows that name no user those that this counter counts: the first and how many.</summary>
    public (int First, int Count) ShareOf(int rows)
    {
        var first = (int)((long)rows * _part / _parts);
        return (first, (int)((long)rows * (_part + 1) / _parts) - first);
    }

    /// <summary>Takes in what another one counted beside this one.</summary>
    public void Join(UsageCounter other)
    {
        for (var i = 0; i < Assistants.Length; i++)
        {
            Assistants[i].Add(other.Assistants[i]);
        }

        for (var i = 0; i < Projects.Length; i++)
        {
            Projects[i].Add(other.Projects[i]);
        }

        for (var i = 0; i < Models.Length; i++)
        {
            Models[i].Add(other.Models[i]);
        }

        Add(MessagesByDay, other.MessagesByDay);
        Add(RequestsByDay, other.RequestsByDay);
        LoneRequests += other.LoneRequests;

        static void Add(long[] sums, long[] others)
        {
            for (var i = 0; i < sums.Length; i++)
            {
                sums[i] += others[i];
            }
        }
    }

    /// <summary>What users used is found by user from now on, and nothing is added.</summary>
    public void Sort() => Parallel.Invoke(
        UsedAssistants.Sort, UsedProjects.Sort, UsedModels.Sort, UsedActions.Sort, Tokens.Sort);

    public bool WasActive(int user) => Users[user].Messages > 0 || Users[user].Requests > 0 || Users[user].HasActions;

    /// <param name="user">A place; this counter counts it.</param>
    /// <param name="day">Behind the period's first, in its zone.</param>
    /// <param name="at">Milliseconds since 1970.</param>
    /// <param name="messages">All exported messages.</param>
    public void AddMessages(
        int user, long appId, long projectId, long modelId, long conversationNo, long userMessages, long messages, int day,
        long at)
    {
        var isNew = _seen.Set(0, (int)conversationNo);
        MessagesByDay[day] += userMessages;
        ref var tally = ref Users[user];
        if (projectId != 0)
        {
            var place = _facts.Projects.PlaceOf(projectId);
            tally.ProjectMessages += userMessages;
            ref var project = ref Projects[place];
            project.Messages += userMessages;
            project.AllMessages += messages;
            project.Conversations += isNew ? 1 : 0;
            project.LastAt = Math.Max(project.LastAt, at);
            if (_withProjects)
            {
                UsedProjects[user, place] += userMessages;
            }
        }
        else if (appId != 0)
        {
            var place = _facts.Assistants.PlaceOf(appId);
            tally.AssistantMessages += userMessages;
            ref var assistant = ref Assistants[place];
            assistant.Messages += userMessages;
            assistant.AllMessages += messages;
            assistant.Conversations += isNew ? 1 : 0;
            if (_withAssistants)
            {
                UsedAssistants[user, place] += userMessages;
            }
        }
        else
        {
            tally.ChatMessages += userMessages;
        }

        if (_withModels)
        {
            UsedModels[user, _facts.Models.PlaceOf(modelId)] += userMessages;
        }

        if (userMessages > 0)
        {
            UserDays.Set(user, day);
        }
    }

    /// <param name="user">A place that this counter counts; −1: unknown.</param>
    public void AddRequests(
        int user, long appId, long projectId, long modelId, in RequestRow row, int day, long at)
    {
        var model = _facts.Models.PlaceOf(modelId);
        var cost = TokenTally.CostOf(row, _facts.Models.PriceAt(model, at));
        Models[model].Requests.Add(row, cost);
        RequestsByDay[day] += row.Requests;
        if (user >= 0)
        {
            Users[user].Requests += row.Requests;
            if (_withTokens)
            {
                Tokens[user, model].Add(row, cost);
            }

            // Who only made requests counts among the people of a model too.
            if (_withModels && !_facts.Scope.IsIdentified)
            {
                UsedModels[user, model] += 0;
            }
        }

        if (projectId != 0)
        {
            Projects[_facts.Projects.PlaceOf(projectId)].Requests.Add(row, cost);
        }
        else if (appId != 0)
        {
            Assistants[_facts.Assistants.PlaceOf(appId)].Requests.Add(row, cost);
        }
    }

    /// <summary>What single answers took, beside <see cref="AddRequests"/>.</summary>
    public void AddAnswers(long appId, long projectId, long modelId, in AnswerTally answers)
    {
        Models[_facts.Models.PlaceOf(modelId)].Answers.Add(answers);
        if (projectId == 0 && appId != 0)
        {
            Assistants[_facts.Assistants.PlaceOf(appId)].Answers.Add(answers);
        }
    }

    public void AddAction(int user, long actionNameId)
    {
        Users[user].HasActions = true;
        if (WithUsers)
        {
            UsedActions[user, _facts.PlaceOfAction(actionNameId)]++;
        }
    }

    /// <param name="user">A place that this counter counts; −1: nobody is named for it.</param>
    public void AddLoneRequest(
        int user, long appId, long projectId, long modelId, in RequestRow row, int day, long at)
    {
        LoneRequests++;
        AddRequests(user, appId, projectId, modelId, row, day, at);
    }

    public WorkflowTally AddRun(long workflowId, int day)
    {
        Runs++;
        RunsByDay[day]++;
        return Workflows[_facts.Workflows.PlaceOf(workflowId)];
    }

    private bool IsOwn(int block) => (block & (_parts - 1)) == _part;
}
