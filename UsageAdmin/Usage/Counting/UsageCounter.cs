using UsageAdmin.Data;

namespace UsageAdmin.Usage.Counting;

/// <summary>
/// Sums up what happened in a period, by people and things. A message belongs to its project, else to its assistant, else to
/// plain chats (decisions.md 4).
/// </summary>
internal sealed class UsageCounter
{
    private readonly UsageFacts _facts;
    private readonly Bits _seen;
    private readonly bool _withAssistants;
    private readonly bool _withProjects;
    private readonly bool _withModels;
    private readonly bool _withTokens;

    /// <param name="type">Who used what is kept only as far as rows of this type need it.</param>
    /// <param name="days">Days of the period.</param>
    /// <param name="conversations">The workspace has no conversation number as large.</param>
    public UsageCounter(UsageFacts facts, UsageDataType type, int days, long conversations)
    {
        _facts = facts;
        WithUsers = type == UsageDataType.Users;
        WithAnswers = type is UsageDataType.Assistants or UsageDataType.Models;
        _withAssistants = type is UsageDataType.Users or UsageDataType.Assistants;
        _withProjects = type is UsageDataType.Users or UsageDataType.Projects;
        _withModels = WithUsers || (type == UsageDataType.Models && !facts.Scope.IsIdentified);
        _withTokens = WithUsers && facts.Scope.HasTokens;
        _seen = new Bits(1, checked((int)conversations));
        Users = new UserTally[facts.Users];
        UserDays = new Bits(facts.Users, days);
        Assistants = new AssistantTally[facts.Assistants.Count];
        Projects = new ProjectTally[facts.Projects.Count];
        Models = new ModelTally[facts.Models.Places];
        Workflows = [.. Enumerable.Range(0, facts.Workflows.Count).Select(_ => new WorkflowTally())];
        MessagesByDay = new long[days];
        RequestsByDay = new long[days];
        RunsByDay = new long[days];
        UsedAssistants = new(facts.Users, Assistants.Length);
        UsedProjects = new(facts.Users, Projects.Length);
        UsedModels = new(facts.Users, Models.Length);
        UsedActions = new(facts.Users, facts.Actions.Length);
        Requests = new(facts.Users, Models.Length);
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
    public Pairs<RequestTally> Requests { get; }

    /// <summary>Requests that are known by their tokens alone.</summary>
    public long LoneRequests { get; private set; }

    public long Runs { get; private set; }

    public bool WasActive(int user) => Users[user].Messages > 0 || Users[user].Requests > 0 || Users[user].HasActions;

    /// <param name="day">Behind the period's first, in its zone.</param>
    /// <param name="at">Milliseconds since 1970.</param>
    /// <param name="messages">All exported messages.</param>
    public void AddMessages(
        long userId, long appId, long projectId, long modelId, long conversationNo, long userMessages, long messages, int day,
        long at)
    {
        var user = _facts.PlaceOfUser(userId);
        var isNew = _seen.Set(0, (int)conversationNo);
        ref var tally = ref Users[user];
        if (projectId != 0)
        {
            var place = _facts.Projects.PlaceOf(projectId);
            ref var project = ref Projects[place];
            project.Messages += userMessages;
            project.AllMessages += messages;
            project.Conversations += isNew ? 1 : 0;
            project.LastAt = Math.Max(project.LastAt, at);
            tally.ProjectMessages += userMessages;
            if (_withProjects)
            {
                UsedProjects[user, place] += userMessages;
            }
        }
        else if (appId != 0)
        {
            var place = _facts.Assistants.PlaceOf(appId);
            ref var assistant = ref Assistants[place];
            assistant.Messages += userMessages;
            assistant.AllMessages += messages;
            assistant.Conversations += isNew ? 1 : 0;
            tally.AssistantMessages += userMessages;
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
            MessagesByDay[day] += userMessages;
        }
    }

    /// <param name="userId">0: unknown.</param>
    public void AddRequests(
        long userId, long appId, long projectId, long modelId, in RequestRow row, int day, long at)
    {
        var model = _facts.Models.PlaceOf(modelId);
        var cost = RequestTally.CostOf(row, _facts.Models.PriceAt(model, at));
        Models[model].Requests.Add(row, cost);
        RequestsByDay[day] += row.Requests;
        if (userId != 0)
        {
            var user = _facts.PlaceOfUser(userId);
            Users[user].Requests += row.Requests;
            if (_withTokens)
            {
                Requests[user, model].Add(row, cost);
            }

            if (_withModels && !_facts.Scope.IsIdentified)
            {
                // Who only made requests counts among the people of a model too.
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

    public void AddAction(long userId, long actionNameId)
    {
        var user = _facts.PlaceOfUser(userId);
        Users[user].HasActions = true;
        if (WithUsers)
        {
            UsedActions[user, _facts.PlaceOfAction(actionNameId)]++;
        }
    }

    /// <param name="userId">0: nobody is named for it.</param>
    public void AddLoneRequest(
        long userId, long appId, long projectId, long modelId, in RequestRow row, int day, long at)
    {
        LoneRequests++;
        AddRequests(userId, appId, projectId, modelId, row, day, at);
    }

    public WorkflowTally AddRun(long workflowId, int day)
    {
        Runs++;
        RunsByDay[day]++;
        return Workflows[_facts.Workflows.PlaceOf(workflowId)];
    }
}
