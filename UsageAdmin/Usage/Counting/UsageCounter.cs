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
    private readonly UserBatches<MessagesOfUser> _messages;
    private readonly UserBatches<RequestsOfUser> _requests;
    private readonly UserBatches<(int User, int Action)> _actions;
    private int[] _ownRows = [];
    private int[] _ownUsers = [];

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
        _messages = new(facts.Users, Count);
        _requests = new(facts.Users, Count);
        _actions = new(facts.Users, Count);
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
    public bool Counts(int user) => (UserBlocks.Of(user) & (_parts - 1)) == _part;

    /// <summary>The rows of this counter's users, and the users' places; valid until the next call.</summary>
    /// <param name="userIds">By row.</param>
    public OwnRows Own(ReadOnlySpan<long> userIds)
    {
        if (_ownRows.Length < userIds.Length)
        {
            (_ownRows, _ownUsers) = (new int[userIds.Length * 2], new int[userIds.Length * 2]);
        }

        var count = 0;
        for (var row = 0; row < userIds.Length; row++)
        {
            var user = _facts.PlaceOfUser(userIds[row]);
            if (Counts(user))
            {
                (_ownRows[count], _ownUsers[count]) = (row, user);
                count++;
            }
        }

        return new OwnRows(_ownRows.AsSpan(0, count), _ownUsers.AsSpan(0, count));
    }

    /// <summary>Counts what was added last. For when nothing is added any more.</summary>
    public void Finish()
    {
        _messages.Flush();
        _requests.Flush();
        _actions.Flush();
    }

    /// <summary>Takes in what another one, which has finished too, counted beside this one.</summary>
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
        var record = new MessagesOfUser(user, -1, -1, _facts.Models.PlaceOf(modelId), day, userMessages);
        if (projectId != 0)
        {
            record = record with { Project = _facts.Projects.PlaceOf(projectId) };
            ref var project = ref Projects[record.Project];
            project.Messages += userMessages;
            project.AllMessages += messages;
            project.Conversations += isNew ? 1 : 0;
            project.LastAt = Math.Max(project.LastAt, at);
        }
        else if (appId != 0)
        {
            record = record with { Assistant = _facts.Assistants.PlaceOf(appId) };
            ref var assistant = ref Assistants[record.Assistant];
            assistant.Messages += userMessages;
            assistant.AllMessages += messages;
            assistant.Conversations += isNew ? 1 : 0;
        }

        _messages.Add(user, record);
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
            var tokens = default(TokenTally);
            tokens.Add(row, cost);
            _requests.Add(user, new RequestsOfUser(user, model, row.Requests, tokens));
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
        _actions.Add(user, (user, _facts.PlaceOfAction(actionNameId)));
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

    private void Count(ReadOnlySpan<MessagesOfUser> records)
    {
        foreach (ref readonly var record in records)
        {
            ref var tally = ref Users[record.User];
            if (record.Project >= 0)
            {
                tally.ProjectMessages += record.Messages;
                if (_withProjects)
                {
                    UsedProjects[record.User, record.Project] += record.Messages;
                }
            }
            else if (record.Assistant >= 0)
            {
                tally.AssistantMessages += record.Messages;
                if (_withAssistants)
                {
                    UsedAssistants[record.User, record.Assistant] += record.Messages;
                }
            }
            else
            {
                tally.ChatMessages += record.Messages;
            }

            if (_withModels)
            {
                UsedModels[record.User, record.Model] += record.Messages;
            }

            if (record.Messages > 0)
            {
                UserDays.Set(record.User, record.Day);
            }
        }
    }

    private void Count(ReadOnlySpan<RequestsOfUser> records)
    {
        // Who only made requests counts among the people of a model too.
        var withModels = _withModels && !_facts.Scope.IsIdentified;
        foreach (ref readonly var record in records)
        {
            Users[record.User].Requests += record.Requests;
            if (_withTokens)
            {
                Tokens[record.User, record.Model].Add(record.Tokens);
            }

            if (withModels)
            {
                UsedModels[record.User, record.Model] += 0;
            }
        }
    }

    private void Count(ReadOnlySpan<(int User, int Action)> records)
    {
        foreach (var (user, action) in records)
        {
            Users[user].HasActions = true;
            if (WithUsers)
            {
                UsedActions[user, action]++;
            }
        }
    }

    /// <param name="Project">A place, as are all but day and messages; −1: none.</param>
    /// <param name="Messages">Of the user.</param>
    private readonly record struct MessagesOfUser(int User, int Project, int Assistant, int Model, int Day, long Messages);

    private readonly record struct RequestsOfUser(int User, int Model, long Requests, TokenTally Tokens);
}

/// <summary>Rows of some users.</summary>
/// <param name="rows">Their numbers.</param>
/// <param name="users">Each one's place; −1: nobody is named.</param>
internal readonly ref struct OwnRows(ReadOnlySpan<int> rows, ReadOnlySpan<int> users)
{
    public readonly ReadOnlySpan<int> Rows = rows;
    public readonly ReadOnlySpan<int> Users = users;
}
