using UsageAdmin.Data.Schema;

namespace UsageAdmin.Ingest.Generator;

/// <summary>Writes the messages of one generated conversation, in the order of time.</summary>
internal sealed class ConversationDraft(
    ConversationItem item, SeededRandom random, Cast cast, Prose prose, Language language, CastModel model,
    DateTime untilUtc)
{
    /// <summary>Conversations rest for days at times, but never last longer than this.</summary>
    private static readonly TimeSpan MaxLength = TimeSpan.FromDays(12);

    private static readonly string[] Numbers = [.. Enumerable.Range(0, 2000).Select(n => $"-{n}")];
    private static readonly string[] Reasons = ["not_factually_correct", "offensive", "stereotypes", "too_long", "off_topic"];
    private static readonly string[] Comments =
        ["The year is wrong.", "Das stimmt so nicht.", "Helped me a lot, thanks!", "Zu lang.", "Sounds rude."];
    private static readonly string[] Categories = ["harassment", "hate", "self-harm", "sexual", "violence"];

    private readonly DateTime _startUtc = item.CreatedAtUtc.Value!.Value;
    private DateTime _time = item.CreatedAtUtc.Value!.Value;
    private string? _parentId;
    private long _contextBytes = 200;

    public DateTime LastUtc { get; private set; } = item.CreatedAtUtc.Value!.Value;

    /// <summary>The answers to an app's starter form.</summary>
    public void AddStarterForm()
    {
        var answers = prose.Prompt(random, language, isFirst: true);
        _parentId = Add(MessageSource.UserStart, answers, active: true)?.Id;
    }

    /// <summary>A prompt and its answer; false where the time until which there is data is reached.</summary>
    public bool AddTurn(ConversationTraits traits)
    {
        if (item.Messages.Count > 0)
        {
            Wait();
        }

        var isEdited = traits.HasFlag(ConversationTraits.EditedPrompt) || random.Chance(50);
        if (isEdited)
        {
            var before = _parentId;
            if (AddPrompt(ConversationTraits.None, active: false) is { } earlier)
            {
                AddAnswer(earlier.Id, ConversationTraits.None, active: false);
            }

            _parentId = before;
            _time = _time.AddSeconds(random.Between(5, 90));
        }

        return AddPrompt(traits, active: true) is { } prompt && AddAnswers(prompt.Id, traits);
    }

    private void Wait()
    {
        var seconds = random.Chance(15) ? random.Between(3_600, 4 * 86_400) : random.Lognormal(50, 90) + 5;
        var next = _time.AddSeconds(seconds);
        _time = next - _startUtc < MaxLength ? next : _time.AddSeconds(30);
    }

    private MessageItem? AddPrompt(ConversationTraits traits, bool active)
    {
        var isFirst = item.Messages.Count == 0;
        if (Add(MessageSource.User, prose.Prompt(random, language, isFirst), active) is not { } prompt)
        {
            return null;
        }

        var files = traits.HasFlag(ConversationTraits.TwoFiles) ? 2 : random.Chance(50) ? 1 + random.Below(5) / 4 : 0;
        for (var i = 0; i < files; i++)
        {
            AddFile(prompt.Id, i);
        }

        if (traits.HasFlag(ConversationTraits.Moderated) || random.Chance(30))
        {
            AddModeration(prompt.Id, traits.HasFlag(ConversationTraits.Moderated) || random.Chance(250));
        }

        return prompt;
    }

    private bool AddAnswers(string promptId, ConversationTraits traits)
    {
        if (traits.HasFlag(ConversationTraits.FailedAnswer) || random.Chance(12))
        {
            if (!AddAnswer(promptId, ConversationTraits.None, active: false, failed: true))
            {
                return false;
            }
        }
        else if ((traits.HasFlag(ConversationTraits.SecondAnswer) || random.Chance(35))
            && !AddAnswer(promptId, ConversationTraits.None, active: false))
        {
            return false;
        }

        return AddAnswer(promptId, traits, active: true);
    }

    private bool AddAnswer(string promptId, ConversationTraits traits, bool active, bool failed = false)
    {
        _parentId = promptId;
        _time = _time.AddMilliseconds(random.Lognormal(6_000, 60) + 400);
        var content = failed ? [] : prose.Answer(random, language);
        if (Add(MessageSource.Provider, content, active, failed) is not { } answer)
        {
            return false;
        }

        _parentId = answer.Id;
        if (traits.HasFlag(ConversationTraits.ToolUse) || random.Chance(110))
        {
            AddAction(answer.Id, failed);
        }

        if (!failed && (traits.HasFlag(ConversationTraits.Flagged) || random.Chance(25)))
        {
            AddFeedback(answer.Id, traits.HasFlag(ConversationTraits.Flagged));
        }

        return true;
    }

    private MessageItem? Add(MessageSource source, byte[] content, bool active, bool failed = false)
    {
        if (_time >= untilUtc)
        {
            return null;
        }

        var isAnswer = source == MessageSource.Provider;
        var message = new MessageItem
        {
            Id = NextId(item.Messages.Count + 1),
            Line = item.Line,
            ParentId = _parentId,
            Source = source,
            Content = content,
            CreatedAtUtc = _time,
            Active = active,
            Failed = failed,
            Model = isAnswer ? model.Id : default(Field<string>),
            Usage = isAnswer ? Usage(content.Length) : default(Field<TokenUsage>),
        };
        item.Messages.Add(message);
        _contextBytes += content.Length;
        LastUtc = _time;
        return message;
    }

    /// <summary>About four bytes to a token; of the context, what was sent before is mostly cached.</summary>
    private TokenUsage Usage(int answerBytes)
    {
        var input = _contextBytes / 4;
        var output = answerBytes / 4;
        var cost = ((input * model.MicroUsdPerMillionInput) + (output * model.MicroUsdPerMillionOutput)) / 1_000_000;
        return new TokenUsage
        {
            Input = input,
            Output = output,
            CachedInput = item.Messages.Count > 1 ? input * 3 / 4 : 0,
            CostMicroUsd = cost,
        };
    }

    private void AddFile(string messageId, int index)
    {
        var (name, mediaType) = random.Pick(cast.Files);
        item.Files.Add(new FileItem
        {
            Id = NextId(item.Files.Count + 1, "-f"),
            Line = item.Line,
            MessageId = messageId,
            Name = index == 0 ? name : $"{index + 1} {name}",
            MediaType = mediaType,
            Bytes = random.Lognormal(80_000, 120),
            UploadedAtUtc = _time,
        });
    }

    private void AddModeration(string messageId, bool flagged)
    {
        var category = random.Pick(Categories);
        var score = flagged ? random.Between(700, 990) : random.Between(1, 200);
        item.Moderation.Add(new ModerationItem
        {
            Id = NextId(item.Moderation.Count + 1, "-d"),
            Line = item.Line,
            MessageId = messageId,
            Provider = model.Provider,
            CreatedAtUtc = _time,
            Results =
            [
                new ModerationResult(category, flagged, score / 1000.0, flagged ? "hidden" : "none"),
                new ModerationResult("other", false, 0.001, "none"),
            ],
        });
    }

    private void AddAction(string messageId, bool failed) => item.Actions.Add(new ActionItem
    {
        Id = NextId(item.Actions.Count + 1, "-a"),
        Line = item.Line,
        MessageId = messageId,
        Name = random.Pick(cast.Actions),
        Status = failed ? "failed" : "ok",
        CreatedAtUtc = _time,
    });

    private void AddFeedback(string messageId, bool flagged)
    {
        var isGood = !flagged && random.Chance(600);
        var flags = isGood ? MessageMarks.None : (MessageMarks)(1 << random.Below(3));
        item.Feedback.Add(new FeedbackItem
        {
            Id = NextId(item.Feedback.Count + 1, "-b"),
            Line = item.Line,
            MessageId = messageId,
            UserId = item.UserId,
            Rating = isGood ? 1 : -1,
            Flags = flagged || random.Chance(500) ? flags : MessageMarks.None,
            Reason = isGood ? null : random.Pick(Reasons),
            Comment = random.Chance(300) ? random.Pick(Comments) : null,
            CreatedAtUtc = _time,
        });
    }

    private string NextId(int number, string kind = "") =>
        string.Concat(item.Id, kind, number < Numbers.Length ? Numbers[number] : $"-{number}");
}
