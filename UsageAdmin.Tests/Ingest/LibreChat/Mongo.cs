using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace UsageAdmin.Tests.Ingest.LibreChat;

/// <summary>Documents as <c>mongoexport</c> writes them. Ids of people and documents are a digit, repeated.</summary>
internal static class Mongo
{
    public static string Id(char digit) => new(digit, 24);

    public static string Oid(char digit) => $$"""{"$oid":"{{Id(digit)}}"}""";

    /// <param name="minute">After 10 o'clock on 5 January 2026, UTC.</param>
    public static string Date(int minute) => $$"""{"$date":"2026-01-05T10:{{minute:00}}:00.000Z"}""";

    public static string User(char id, string name, string more = "") => $$"""
        {"_id":{{Oid(id)}},"name":"{{name}}","username":"canary","email":"{{name}}@acme.example","emailVerified":true,"password":"canary","provider":"local",
         "role":"USER","totpSecret":"canary","backupCodes":[{"codeHash":"canary"}],"refreshToken":[{"refreshToken":"canary"}],"createdAt":{{Date(0)}}{{more}}}
        """;

    public static string Conversation(string id, char user, string more = "") => $$"""
        {"_id":{{Oid('c')}},"conversationId":"{{id}}","user":"{{Id(user)}}","title":"Title of {{id}}","endpoint":"openAI","messages":[{{Oid('0')}}],
         "model":"gpt-4o","temperature":0.5,"createdAt":{{Date(1)}},"updatedAt":{{Date(59)}}{{more}}}
        """;

    public static string Message(
        string id, string conversation, char user, string? parent, bool isUser, int minute, string text = "hello", string more = "") => $$"""
        {"_id":{{Oid('d')}},"messageId":"{{id}}","conversationId":"{{conversation}}","user":"{{Id(user)}}","parentMessageId":"{{parent ?? "00000000-0000-0000-0000-000000000000"}}",
         "isCreatedByUser":{{(isUser ? "true" : "false")}},"text":"{{text}}","tokenCount":1000,"error":false,"unfinished":false{{(isUser ? "" : ",\"model\":\"gpt-4o\"")}},
         "createdAt":{{Date(minute)}}{{more}}}
        """;

    public static string Transaction(char id, char user, string type, string raw, string value, string more = "", int minute = 3) => $$"""
        {"_id":{{Oid(id)}},"user":{{Oid(user)}},"tokenType":"{{type}}","model":"gpt-4o","rate":1,"rawAmount":{{raw}},"tokenValue":{{value}},
         "createdAt":{{Date(minute)}}{{more}}}
        """;

    /// <summary>JSON lines, as <c>mongoexport</c> writes without options.</summary>
    public static string Lines(params string[] documents) =>
        string.Concat(documents.Select(document => document.ReplaceLineEndings("") + "\n"));

    /// <summary>The same in canonical Extended JSON: every number and date says its type.</summary>
    public static string Canonical(string lines) => string.Concat(lines.Split('\n', StringSplitOptions.RemoveEmptyEntries)
        .Select(line => Canonical(JsonNode.Parse(line)!)!.ToJsonString() + "\n"));

    private static JsonNode? Canonical(JsonNode? node) => node switch
    {
        JsonObject { Count: 1 } date when date.TryGetPropertyValue("$date", out var at) => new JsonObject
        {
            ["$date"] = new JsonObject
            {
                ["$numberLong"] = DateTimeOffset.Parse(at!.GetValue<string>(), CultureInfo.InvariantCulture)
                    .ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture),
            },
        },
        JsonObject fields => new JsonObject(fields.Select(f => KeyValuePair.Create(f.Key, Canonical(f.Value)))),
        JsonArray list => new JsonArray([.. list.Select(Canonical)]),
        JsonValue value when value.GetValueKind() == JsonValueKind.Number => new JsonObject
        {
            [value.ToJsonString().Contains('.', StringComparison.Ordinal) ? "$numberDouble" : "$numberInt"] = value.ToJsonString(),
        },
        _ => node?.DeepClone(),
    };
}
