using System.Text.Json;
using UsageAdmin.Ingest.Json;

namespace UsageAdmin.Ingest.LibreChat;

/// <summary>
/// A document of <c>transactions</c>: the tokens of one side of a request, and their price in credits, of which a million are
/// a US dollar. Amounts stand there as what is taken from a balance, below zero.
/// </summary>
internal static class Transaction
{
    private const decimal MaxAmount = 1_000_000_000_000_000m;

    /// <summary>Null: it tells of no request, but of credits given; or it is refused, see <paramref name="problem"/>.</summary>
    public static UsageEventItem? Read(
        JsonElement transaction, string id, long line, Remarks remarks, out ProblemItem? problem)
    {
        problem = null;
        var type = transaction.Member("tokenType").Text(remarks);
        if (type == "credits")
        {
            return null;
        }

        var time = transaction.Member("createdAt").Date("createdAt", remarks);
        if (time is null || type is not ("prompt" or "completion"))
        {
            problem = new ProblemItem(Refused: true, "invalid-value", time is null ? "createdAt" : "tokenType",
                $"transaction {id} has no time, or is of no known type")
            {
                Line = line,
            };
            return null;
        }

        var model = transaction.Member("model").Id("model", remarks);
        var context = transaction.Member("context").Id("context", remarks);

        // Titles, summaries and memories are made in the background: they are no answer to the message.
        var isAnswer = context is null or "message" or "incomplete";
        var conversationId = transaction.Member("conversationId").Key("conversationId", remarks);
        var messageId = transaction.Member("messageId").Key("messageId", remarks);
        var isPlaced = isAnswer && conversationId is not null && messageId is not null;
        return new UsageEventItem
        {
            Id = id,
            Line = line,
            CreatedAtUtc = time.Value,
            UserId = transaction.Member("user").Key("user", remarks) ?? default(Field<string>),
            AppId = LibreChatIds.IsMade(model) ? model : default(Field<string>),
            Model = LibreChatIds.Model(model) ?? default(Field<string>),
            ConversationId = isPlaced ? conversationId : default(Field<string>),
            MessageId = isPlaced ? messageId : default(Field<string>),
            Kind = context ?? default(Field<string>),
            Usage = type == "prompt" ? Prompt(transaction) : Completion(transaction),
        };
    }

    private static TokenUsage Prompt(JsonElement transaction)
    {
        var input = Amount(transaction, "inputTokens");
        var written = Amount(transaction, "writeTokens");
        var read = Amount(transaction, "readTokens");
        return new TokenUsage
        {
            Input = input is null && written is null && read is null
                ? Amount(transaction, "rawAmount")
                : (input ?? 0) + (written ?? 0) + (read ?? 0),
            CachedInput = read,
            CacheCreation = written,
            CostMicroUsd = Amount(transaction, "tokenValue"),
        };
    }

    private static TokenUsage Completion(JsonElement transaction) => new()
    {
        Output = Amount(transaction, "rawAmount"),
        CostMicroUsd = Amount(transaction, "tokenValue"),
    };

    private static long? Amount(JsonElement transaction, string name) =>
        transaction.Member(name).Amount() is { } amount && Math.Abs(amount) <= MaxAmount
            ? (long)Math.Round(Math.Abs(amount), MidpointRounding.AwayFromZero)
            : null;
}
