using UsageAdmin.Data.Schema;

namespace UsageAdmin.Tests.Ingest;

/// <summary>
/// Counters and roll-up rows counted anew from the messages, by the words of decisions.md 1 to 4 and without a line of the
/// writer's code.
/// </summary>
internal sealed class Recount(Func<string, string[]> rows)
{
    private sealed record Message(
        string Conversation, long Seq, long CreatedAt, long Source, MessageMarks Marks, string Model, string Parent,
        string[] Tokens, string? Content, int PositiveRatings, int NegativeRatings)
    {
        public bool IsExported => Source <= 2 && !Marks.HasFlag(MessageMarks.Failed) && !Marks.HasFlag(MessageMarks.Hidden);
    }

    public void AssertExact()
    {
        var messages = Messages();
        Assert.Equal(Conversations(messages), rows(
            "SELECT no, message_count, user_message_count, flagged_message_count, moderated_message_count, " +
            "content_json_bytes, ended_at, last_model_id, marks FROM conversation ORDER BY no"));
        Assert.Equal(Slots(messages).Order(StringComparer.Ordinal), rows(
            """
            SELECT slot, conversation_no, model_id, conversation_created_at, user_id, app_id,
                project_id, section_id, surface, user_messages, provider_messages,
                user_start_messages, flagged_messages, moderated_messages, biased_messages, inaccurate_messages,
                inappropriate_messages, requests, failed_requests, input_tokens, output_tokens, cached_input_tokens,
                cache_creation_tokens, reasoning_tokens, cost_micro_usd, requests_with_tokens, requests_with_cost,
                min_input_tokens, max_input_tokens, min_output_tokens,
                max_output_tokens, responses, response_milliseconds, positive_ratings, negative_ratings
            FROM usage_slot
            """).Order(StringComparer.Ordinal));
        Assert.Empty(rows(
            """
            SELECT * FROM action_use a LEFT JOIN conversation c ON c.workspace_id = a.workspace_id AND c.no = a.conversation_no
            WHERE c.no IS NULL OR c.created_at <> a.conversation_created_at OR a.seq IS NOT NULL AND NOT EXISTS
                (SELECT 1 FROM message m WHERE m.conversation_no = c.no AND m.seq = a.seq)
            """));
        Assert.Empty(rows(
            "SELECT conversation_no, external_id FROM action_use GROUP BY 1, 2 HAVING count(*) > 1"));
        Assert.Empty(rows(
            """
            SELECT m.conversation_no FROM message m LEFT JOIN conversation c
                ON c.workspace_id = m.workspace_id AND c.no = m.conversation_no AND c.created_at = m.conversation_created_at
            WHERE c.no IS NULL
            """));
        Assert.Empty(rows("SELECT conversation_no, external_id FROM message GROUP BY 1, 2 HAVING count(*) > 1"));
        Assert.Empty(rows(
            """
            SELECT m.conversation_no FROM message m JOIN message p
                ON p.conversation_no = m.conversation_no AND p.seq = m.parent_seq
            WHERE p.created_at = m.created_at AND p.seq > m.seq
            """));
    }

    private IEnumerable<string> Conversations(List<Message> messages) =>
        rows("SELECT no, source_ended_at, model_id FROM conversation ORDER BY no")
            .Select(row => row.Split('|'))
            .Select(conversation =>
            {
                var exported = messages.Where(m => m.Conversation == conversation[0] && m.IsExported).ToList();
                var marks = exported.Aggregate(MessageMarks.None, (all, m) => all | m.Marks) &
                    ~(MessageMarks.InheritedTime | MessageMarks.TokensOfRequests);
                var answer = exported.LastOrDefault(m => m.Source == 1);
                return string.Join('|',
                    conversation[0],
                    exported.Count,
                    exported.Count(m => m.Source == 0),
                    exported.Count(m => (m.Marks & MessageMarks.AnyFeedback) != 0),
                    exported.Count(m => m.Marks.HasFlag(MessageMarks.Moderated)),
                    exported.Sum(m => m.Content is null ? 4 : 2 + m.Content.Sum(BytesInJson)),
                    conversation[1] != "" ? conversation[1] : $"{exported.LastOrDefault()?.CreatedAt}",
                    answer is { Model: not "" } ? answer.Model : conversation[2],
                    (int)marks);
            });

    /// <summary>Half a pair counts half of the four bytes of both.</summary>
    private static int BytesInJson(char c) => c switch
    {
        '"' or '\\' or '\n' or '\t' or '\r' or '\b' or '\f' => 2,
        < ' ' => 6,
        < '\x80' => 1,
        < '\u0800' => 2,
        _ => char.IsSurrogate(c) ? 2 : 3,
    };

    private IEnumerable<string> Slots(List<Message> messages)
    {
        var conversations = rows(
                "SELECT no, created_at, user_id, app_id, project_id, section_id, " +
                "coalesce(model_id, 0) FROM conversation")
            .Select(row => row.Split('|')).ToDictionary(row => row[0]);
        return messages
            .Where(m => m.IsExported || m.Source == 1)
            .GroupBy(m => (m.CreatedAt / 900_000 * 900_000, m.Conversation, Model: ModelOf(m, messages, conversations[m.Conversation][6])))
            .Select(group =>
            {
                var conversation = conversations[group.Key.Conversation];
                var exported = group.Where(m => m.IsExported).ToList();
                var requests = group.Where(m => m.Source == 1).ToList();
                return string.Join('|', [
                    group.Key.Item1, group.Key.Conversation, group.Key.Model, conversation[1], conversation[2], conversation[3],
                    conversation[4], conversation[5], conversation[4] != "" ? 2 : conversation[3] != "" ? 1 : 0,
                    exported.Count(m => m.Source == 0),
                    exported.Count(m => m.Source == 1),
                    exported.Count(m => m.Source == 2),
                    exported.Count(m => (m.Marks & MessageMarks.AnyFeedback) != 0),
                    exported.Count(m => m.Marks.HasFlag(MessageMarks.Moderated)),
                    exported.Count(m => m.Marks.HasFlag(MessageMarks.Biased)),
                    exported.Count(m => m.Marks.HasFlag(MessageMarks.Inaccurate)),
                    exported.Count(m => m.Marks.HasFlag(MessageMarks.Inappropriate)),
                    requests.Count,
                    requests.Count(m => m.Marks.HasFlag(MessageMarks.Failed)),
                    .. Enumerable.Range(0, 6).Select(i => (object)requests.Sum(m => m.Tokens[i] == "" ? 0 : long.Parse(m.Tokens[i], null))),
                    requests.Count(m => m.Tokens[0] != "" || m.Tokens[1] != ""),
                    requests.Count(m => m.Tokens[5] != ""),
                    $"{Stated(requests, 0).Min()}", $"{Stated(requests, 0).Max()}",
                    $"{Stated(requests, 1).Min()}", $"{Stated(requests, 1).Max()}",
                    requests.Count(m => Delay(m, messages) is not null),
                    requests.Sum(m => Delay(m, messages) ?? 0),
                    requests.Where(m => m.IsExported).Sum(m => m.PositiveRatings),
                    requests.Where(m => m.IsExported).Sum(m => m.NegativeRatings),
                ]);
            });
    }

    private static IEnumerable<long?> Stated(List<Message> requests, int token) =>
        requests.Where(m => m.Tokens[token] != "").Select(m => (long?)long.Parse(m.Tokens[token], null));

    /// <summary>From a person's prompt to its answer, where the source gives the time of both.</summary>
    private static long? Delay(Message answer, List<Message> messages)
    {
        var prompt = messages.Find(m => m.Conversation == answer.Conversation && $"{m.Seq}" == answer.Parent);
        return prompt is { Source: 0, IsExported: true } && answer.IsExported && prompt.CreatedAt <= answer.CreatedAt
            && !prompt.Marks.HasFlag(MessageMarks.InheritedTime) && !answer.Marks.HasFlag(MessageMarks.InheritedTime)
                ? answer.CreatedAt - prompt.CreatedAt
                : null;
    }

    private static string ModelOf(Message message, List<Message> messages, string ofConversation)
    {
        if (message.Model != "")
        {
            return message.Model;
        }

        var answer = messages.FirstOrDefault(m =>
            m.Conversation == message.Conversation && m.Parent == $"{message.Seq}" && m.Source == 1 && m.IsExported);
        return answer is { Model: not "" } ? answer.Model : ofConversation;
    }

    /// <summary>With marks made from the rows of feedback, moderation and files.</summary>
    private List<Message> Messages()
    {
        var feedback = rows("SELECT conversation_no, seq, marks, coalesce(rating, 0) FROM message_feedback").Select(r => r.Split('|')).ToLookup(r => (r[0], r[1]));
        var moderation = rows("SELECT conversation_no, seq, flagged FROM message_moderation").Select(r => r.Split('|')).ToLookup(r => (r[0], r[1]));
        var files = rows("SELECT conversation_no, seq FROM message_file").Select(r => r.Split('|')).ToLookup(r => (r[0], r[1]));
        return [.. rows(
                """
                SELECT conversation_no, seq, created_at, source, marks, model_id, parent_seq,
                    input_tokens, output_tokens, cached_input_tokens,
                    cache_creation_tokens, reasoning_tokens, cost_micro_usd,
                    content IS NULL, content
                FROM message ORDER BY conversation_no, seq
                """)
            .Select(row => row.Split('|', 15))
            .Select(row =>
            {
                var key = (row[0], row[1]);
                var marks = (MessageMarks)long.Parse(row[4], null) &
                    (MessageMarks.OffActivePath | MessageMarks.Hidden | MessageMarks.Failed | MessageMarks.InheritedTime |
                    MessageMarks.TokensOfRequests);
                marks |= feedback[key].Aggregate(MessageMarks.None, (all, f) => all | MessageMarks.HasFeedback | (MessageMarks)int.Parse(f[2], null));
                marks |= moderation[key].Aggregate(MessageMarks.None, (all, m) => all | MessageMarks.HasModeration | (m[2] == "1" ? MessageMarks.Moderated : 0));
                marks |= files[key].Any() ? MessageMarks.HasFiles : 0;
                Assert.Equal($"{(int)marks}", row[4]);
                return new Message(row[0], long.Parse(row[1], null), long.Parse(row[2], null), long.Parse(row[3], null), marks, row[5], row[6],
                    row[7..13], row[13] == "1" ? null : row[14], feedback[key].Count(f => f[3] == "1"),
                    feedback[key].Count(f => f[3] == "-1"));
            })];
    }
}
