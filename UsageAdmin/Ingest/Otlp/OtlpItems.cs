using UsageAdmin.Data.Schema;

namespace UsageAdmin.Ingest.Otlp;

/// <summary>
/// Makes what is written out of spans and log records. Calls with recorded messages become messages of their conversation;
/// others stay requests that are known by their tokens alone, since nothing is made up. Every call also is a request by its
/// trace and span id, which holds its tokens and is found again by whatever comes of the same call later.
/// </summary>
internal sealed class OtlpItems(OtlpKnown known)
{
    private readonly Dictionary<string, OtlpConversation> _conversations = new(StringComparer.Ordinal);
    private readonly Dictionary<string, UserItem> _people = new(StringComparer.Ordinal);
    private readonly Dictionary<string, AppItem> _apps = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ModelItem> _models = new(StringComparer.Ordinal);
    private readonly HashSet<string> _calls = new(StringComparer.Ordinal);
    private readonly List<ImportItem> _others = [];

    public static List<ImportItem> Make(IEnumerable<OtlpSignal> signals, OtlpKnown known)
    {
        var items = new OtlpItems(known);
        foreach (var signal in signals.OrderBy(signal => signal.Origin.StartUtc))
        {
            items.Add(signal);
        }

        return
        [
            .. items._people.Values, .. items._models.Values, .. items._apps.Values,
            .. items._conversations.Values.Select(c => c.ToItem()).OfType<ConversationItem>(), .. items._others,
        ];
    }

    private void Add(OtlpSignal signal)
    {
        Name(signal.Origin);
        switch (signal)
        {
            case OtlpCall call when _calls.Add(call.Origin.Id):
                Add(call);
                break;
            case OtlpTool tool:
                ConversationOf(tool.Origin).Add(new ActionItem
                {
                    Id = tool.CallId ?? tool.Origin.Id,
                    Name = tool.Name,
                    UserId = Set(tool.Origin.Person?.Id),
                    Status = tool.IsFailed ? "failed" : "ok",
                    CreatedAtUtc = tool.Origin.StartUtc,
                });
                break;
            case OtlpWorkflow workflow:
                _others.Add(RunOf(workflow));
                break;
            case OtlpEvaluation evaluation:
                OtlpEvaluations.Add(ConversationOf(evaluation.Origin), evaluation);
                break;
            case OtlpMention:
                ConversationOf(signal.Origin).Mention(signal.Origin);
                break;
            default:
                break;
        }
    }

    private void Add(OtlpCall call)
    {
        var stored = known.Call(call.Origin.Id);
        call = stored is null ? call : Completed(call, stored);
        var origin = call.Origin;
        if (call.Model is { Provider: { } provider } model && !_models.ContainsKey(model.Id) && !known.HasProvider(model.Id))
        {
            _models.Add(model.Id, new ModelItem { Id = model.Id, Provider = provider });
        }

        // A log record knows only when it was written: times that came before are better than its own.
        var startUtc = !origin.IsSpan && stored is not null ? stored.CreatedAtUtc : origin.StartUtc;
        if (call.Inputs is not null || call.Outputs is not null)
        {
            var times = !origin.IsSpan && stored?.MessageId is not null ? null : new OtlpTimes(startUtc, origin.EndUtc);
            OtlpTurn.AddTo(ConversationOf(origin), call, times);
        }
        else if (stored?.MessageId is not null)
        {
            ConversationOf(origin).Describe(call);
        }

        var request = new UsageEventItem
        {
            Id = origin.Id,
            CreatedAtUtc = startUtc,
            UserId = Set(origin.Person?.Id),
            AppId = Set(origin.Agent?.Id),
            Model = Set(call.Model?.Id),
            Kind = call.Operation,
            Usage = call.Usage is { } usage ? usage : default(Field<TokenUsage>),
        };
        if (OtlpTurn.AnswerOf(call) is { } answerId)
        {
            ConversationOf(origin).Add(request with { ConversationId = origin.ConversationId, MessageId = answerId });
        }
        else
        {
            _others.Add(request with { MessageId = Set(stored?.MessageId) });
        }
    }

    /// <summary>With what the other half of the call has said.</summary>
    private OtlpCall Completed(OtlpCall call, KnownCall stored)
    {
        var person = call.Origin.Person is null ? known.NameOf(EntityType.User, stored.UserId) : null;
        var agent = call.Origin.Agent is null ? known.NameOf(EntityType.App, stored.AppId) : null;
        var model = call.Model is null ? known.NameOf(EntityType.Model, stored.ModelId) : null;
        return call with
        {
            Origin = call.Origin with
            {
                Person = person is null ? call.Origin.Person : new OtlpPerson(person, null, null),
                Agent = agent is null ? call.Origin.Agent : new OtlpAgent(agent, null, null),
            },
            Model = model is null ? call.Model : new OtlpModel(model, null),
        };
    }

    /// <summary>The people and agents that something names.</summary>
    private void Name(OtlpOrigin origin)
    {
        if (origin.Person is { } person && (person.Email ?? person.Name) is not null)
        {
            _people[person.Id] = new UserItem
            {
                Id = person.Id,
                Email = Set(person.Email),
                Name = Set(person.Name),
                ValidFromUtc = origin.StartUtc,
            };
        }

        if (origin.Agent is { } agent && (agent.Name ?? agent.Description) is not null)
        {
            _apps[agent.Id] = new AppItem
            {
                Id = agent.Id,
                Name = Set(agent.Name),
                Description = Set(agent.Description),
                ValidFromUtc = origin.StartUtc,
            };
        }
    }

    private OtlpConversation ConversationOf(OtlpOrigin origin)
    {
        if (!_conversations.TryGetValue(origin.ConversationId, out var conversation))
        {
            conversation = new OtlpConversation(origin.ConversationId, known.Conversation(origin.ConversationId));
            _conversations.Add(origin.ConversationId, conversation);
        }

        return conversation;
    }

    private static WorkflowRunItem RunOf(OtlpWorkflow workflow) => new()
    {
        Id = workflow.Origin.Id,
        WorkflowId = workflow.Name,
        UserId = Set(workflow.Origin.Person?.Id),
        Status = workflow.IsFailed ? RunStatus.Failed : RunStatus.Ok,
        ErrorType = Set(workflow.ErrorType),
        StartedAtUtc = workflow.Origin.StartUtc,
        EndedAtUtc = workflow.Origin.EndUtc,
    };

    /// <summary>What is not stated leaves what is stored.</summary>
    private static Field<string> Set(string? value) => value is null ? default(Field<string>) : value;
}
