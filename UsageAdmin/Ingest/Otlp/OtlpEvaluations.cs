using UsageAdmin.Data.Schema;

namespace UsageAdmin.Ingest.Otlp;

/// <summary>
/// What evaluations become, by their name: what a person thinks is feedback, what a filter found is moderation, an evaluator's
/// doubt about the facts or the fairness of an answer is a flag. Others say nothing that is shown, and are passed over.
/// </summary>
internal static class OtlpEvaluations
{
    private static readonly string[] Ratings =
        ["user_feedback", "feedback", "user_rating", "rating", "thumbs", "thumbs_up", "thumbs_up_down", "user_satisfaction", "satisfaction"];

    private static readonly string[] Checks =
    [
        "hate", "hate_unfairness", "harassment", "sexual", "violence", "self_harm", "toxicity", "profanity", "moderation", "safety",
        "jailbreak", "prompt_injection", "indirect_attack", "protected_material", "pii",
    ];

    private static readonly Dictionary<string, MessageMarks> Doubts = new(StringComparer.Ordinal)
    {
        ["accuracy"] = MessageMarks.Inaccurate,
        ["correctness"] = MessageMarks.Inaccurate,
        ["factuality"] = MessageMarks.Inaccurate,
        ["groundedness"] = MessageMarks.Inaccurate,
        ["faithfulness"] = MessageMarks.Inaccurate,
        ["hallucination"] = MessageMarks.Inaccurate,
        ["bias"] = MessageMarks.Biased,
        ["fairness"] = MessageMarks.Biased,
    };

    private static readonly string[] Good =
        ["pass", "passed", "positive", "good", "up", "thumbs_up", "like", "satisfied", "yes", "correct", "accurate", "grounded"];

    private static readonly string[] Bad =
        ["fail", "failed", "negative", "bad", "down", "thumbs_down", "dislike", "dissatisfied", "no", "incorrect", "inaccurate",
            "ungrounded", "hallucinated", "biased"];

    private static readonly string[] Harmless = ["pass", "passed", "safe", "none", "false", "no", "very_low", "low", "not_flagged"];

    private static readonly string[] Harmful = ["fail", "failed", "unsafe", "true", "yes", "flagged", "medium", "high", "toxic"];

    public static void Add(OtlpConversation conversation, OtlpEvaluation evaluation)
    {
        var name = Word(evaluation.Name);
        var label = evaluation.Label is { } given ? Word(given) : null;
        var messageId = $"{evaluation.Origin.Id}-out0";
        var id = $"{evaluation.Origin.Id}-{name}";
        if (Checks.Contains(name) && IsHarmful(label, evaluation.Score) is { } flagged)
        {
            conversation.Add(new ModerationItem
            {
                Id = id,
                MessageId = messageId,
                CreatedAtUtc = evaluation.Origin.EndUtc,
                Results = [new ModerationResult(name, flagged, evaluation.Score is >= 0 and <= 1 ? evaluation.Score : null, null)],
            });
        }
        else if (Ratings.Contains(name) && RatingOf(label, evaluation.Score) is { } rating)
        {
            conversation.Add(new FeedbackItem
            {
                Id = id,
                MessageId = messageId,
                Rating = rating,
                Comment = evaluation.Explanation,
                CreatedAtUtc = evaluation.Origin.EndUtc,
            });
        }
        else if (Doubts.TryGetValue(name, out var mark) && label is not null && Bad.Contains(label))
        {
            conversation.Add(new FeedbackItem
            {
                Id = id,
                MessageId = messageId,
                Flags = mark,
                Reason = evaluation.Name,
                Comment = evaluation.Explanation,
                CreatedAtUtc = evaluation.Origin.EndUtc,
            });
        }
    }

    /// <summary>Null: it says neither; scores alone count where they are a probability.</summary>
    private static bool? IsHarmful(string? label, double? score) =>
        label is not null && Harmful.Contains(label) ? true
        : label is not null && Harmless.Contains(label) ? false
        : score is >= 0 and <= 1 ? score >= 0.5
        : null;

    private static int? RatingOf(string? label, double? score) =>
        label is not null && Good.Contains(label) ? 1
        : label is not null && Bad.Contains(label) ? -1
        : score is 1 ? 1
        : score is 0 or -1 ? -1
        : null;

    private static string Word(string text) => text.Trim().ToLowerInvariant().Replace(' ', '_').Replace('-', '_');
}
