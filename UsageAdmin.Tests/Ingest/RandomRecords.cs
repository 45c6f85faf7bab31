using System.Globalization;

namespace UsageAdmin.Tests.Ingest;

/// <summary>Random NDJSON records about a handful of conversations: partial, contradicting, in any order.</summary>
internal sealed class RandomRecords(int seed)
{
#pragma warning disable CA5394 // Reproducible, not secret.
    private readonly Random _random = new(seed);

    public string[] File()
    {
        var lines = Enumerable.Range(0, _random.Next(1, 25)).Select(_ => Line()).ToArray();
        return lines;
    }

    private string Line() => _random.Next(10) switch
    {
        0 or 1 => Conversation(),
        2 or 3 or 4 or 5 => Message(),
        6 => Feedback(),
        7 => Moderation(),
        8 => Part("file", "fl", ("name", Text("a.pdf", "b.pdf"))),
        _ => Action(),
    };

    private string Conversation() => Object(
        ("type", "\"conversation\""), ("id", Id("c", 4)),
        Maybe("user_id", Id("u", 3), "null"), Maybe("app_id", Id("app", 2), "null"), Maybe("project_id", Id("p", 2), "null"),
        Maybe("section_id", Id("s", 2), "null"), Maybe("model", Id("gpt", 2), "null"), Maybe("created_at", Time(), "null"),
        Maybe("ended_at", Time(), "null"), Maybe("title", Text("x", "y")), Maybe("temperature", "0.5", "1"));

    private string Message() => Object(
        ("type", "\"message\""), ("id", Id("m", 7)), ("conversation_id", Id("c", 4)),
        ("source", Text("user", "provider", "provider", "user-start", "system", "tool")),
        Maybe("parent_id", Id("m", 7), Id("m", 7), "null"), Maybe("created_at", Time(), Time(), Time(), "null"),
        Maybe("content", Text("hi", "", "a\\\"b\\n", "\\u0001|"), "null"), Maybe("active", "true", "false", "null"),
        Maybe("hidden", "true", "false"), Maybe("error", "null", "\"timeout\"", "null"), Maybe("model", Id("gpt", 2), "null"),
        Maybe("usage", "{\"input\":12,\"output\":8,\"reasoning\":3}", "{\"output\":5,\"cost\":0.25}", "{}", "null"));

    private string Feedback() => Part("feedback", "f",
        Maybe("flags", "[\"biased\"]", "[\"inaccurate\",\"inappropriate\"]", "[]", "null"), Maybe("rating", "1", "-1", "null"));

    private string Moderation() => Part("moderation", "md",
        ("flagged", Text("x") is { } && _random.Next(2) == 0 ? "true" : "false"),
        Maybe("categories", "{\"hate\":0.9,\"harassment\":0.1}", "{\"hate\":{\"flagged\":true}}", "{}"));

    private string Action() => _random.Next(3) == 0
        ? Object(("type", "\"action\""), ("id", Id("a", 3)), ("conversation_id", Id("c", 4)), ("name", Text("search", "canvas")))
        : Part("action", "a", ("name", Text("search", "canvas")), Maybe("created_at", Time()), Maybe("user_id", Id("u", 3)));

    private string Part(string type, string prefix, params (string Name, string? Value)[] more) => Object(
        [("type", $"\"{type}\""), ("id", Id(prefix, 3)), ("conversation_id", Id("c", 4)), ("message_id", Id("m", 7)), .. more]);

    private string Id(string prefix, int count) => string.Create(CultureInfo.InvariantCulture, $"\"{prefix}{_random.Next(count) + 1}\"");

    private string Text(params string[] values) => $"\"{values[_random.Next(values.Length)]}\"";

    private string Time() => string.Create(CultureInfo.InvariantCulture,
        $"\"2026-01-{_random.Next(30, 32)}T{_random.Next(21, 24)}:{_random.Next(4) * 15:D2}:{_random.Next(2) * 30:D2}Z\"");

    private (string, string?) Maybe(string name, params string[] values) =>
        (name, _random.Next(2) == 0 ? null : values[_random.Next(values.Length)]);
#pragma warning restore CA5394

    private static string Object(params (string Name, string? Value)[] fields) =>
        $"{{{string.Join(',', fields.Where(f => f.Value is not null).Select(f => $"\"{f.Name}\":{f.Value}"))}}}";
}
