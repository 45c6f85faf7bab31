using System.Text;

namespace UsageAdmin.Ingest.Generator;

/// <summary>Sentences of one language, encoded once. Messages are put together from them.</summary>
internal sealed class Language
{
    private Language(byte[][] prompts, byte[][] answers, byte[][] remarks, string[] titles) =>
        (Prompts, Answers, Remarks, Titles) = (prompts, answers, remarks, titles);

    /// <summary>What people ask.</summary>
    public byte[][] Prompts { get; }

    /// <summary>What models answer.</summary>
    public byte[][] Answers { get; }

    /// <summary>Short things that people say in between.</summary>
    public byte[][] Remarks { get; }

    public string[] Titles { get; }

    /// <summary>Every pattern with every topic and every audience in it.</summary>
    /// <param name="prompts">Patterns in which <c>{0}</c> is a topic and <c>{1}</c> an audience.</param>
    public static Language FromPatterns(
        string[] prompts, string[] answers, string[] remarks, string[] titles, string[] topics, string[] audiences) =>
        new(Expand(prompts, topics, audiences), Expand(answers, topics, audiences), Encode(remarks),
            [.. titles.Concat(topics.Select(t => char.ToUpperInvariant(t[0]) + t[1..]))]);

    public static Language FromSentences(string[] prompts, string[] answers, string[] titles) =>
        new(Encode(prompts), Encode(answers), Encode(prompts), titles);

    private static byte[][] Expand(string[] patterns, string[] topics, string[] audiences) =>
        Encode(patterns.SelectMany(pattern => topics.SelectMany(topic => audiences.Select(audience =>
            pattern.Replace("{0}", topic, StringComparison.Ordinal)
                .Replace("{1}", audience, StringComparison.Ordinal)))).Distinct(StringComparer.Ordinal));

    private static byte[][] Encode(IEnumerable<string> sentences) => [.. sentences.Select(Encoding.UTF8.GetBytes)];
}
