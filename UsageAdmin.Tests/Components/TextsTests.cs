using System.Collections;
using System.Globalization;
using System.Resources;
using System.Text.RegularExpressions;
using UsageAdmin.Accounts;
using UsageAdmin.Accounts.Keys;
using UsageAdmin.Activity;
using UsageAdmin.Analytics;
using UsageAdmin.Audit;
using UsageAdmin.Components;
using UsageAdmin.Exports;
using UsageAdmin.Ingest;
using UsageAdmin.Organizations;
using UsageAdmin.Server.OpenApi;
using UsageAdmin.Tests.Support;
using UsageAdmin.Usage;

namespace UsageAdmin.Tests.Components;

/// <summary>English and German are complete, and no page asks for a text that is not there.</summary>
public sealed partial class TextsTests
{
    public static TheoryData<Type> Texts =>
    [
        typeof(ShellTexts), typeof(ActivityTexts), typeof(AnalyticsTexts), typeof(ExportsTexts), typeof(AuditTexts),
        typeof(AccountTexts), typeof(UsageTexts), typeof(KeyTexts), typeof(SettingsTexts), typeof(ApiTexts), typeof(ImportTexts),
    ];

    [Theory]
    [MemberData(nameof(Texts))]
    public void Every_text_is_there_in_both_languages(Type texts)
    {
        var english = Load(texts, "");
        var german = Load(texts, "de");

        Assert.Equal(english.Keys.Order(), german.Keys.Order());
        Assert.DoesNotContain(english.Concat(german), text => string.IsNullOrWhiteSpace(text.Value));
        Assert.All(english, text => Assert.Equal(Holes(text.Value), Holes(german[text.Key])));
    }

    [Theory]
    [MemberData(nameof(Texts))]
    public void Every_text_that_is_asked_for_exists_and_is_asked_for(Type texts)
    {
        var known = Load(texts, "").Keys.ToHashSet(StringComparer.Ordinal);
        var files = Directory.EnumerateFiles(Path.Combine(Repository.Root, "UsageAdmin"), "*.*", SearchOption.AllDirectories)
            .Where(f => f.EndsWith(".razor", StringComparison.Ordinal) || f.EndsWith(".cs", StringComparison.Ordinal))
            .Where(f => !f.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal))
            .Where(f => File.ReadAllText(f).Contains($"<{texts.Name}>", StringComparison.Ordinal)
                || (f.EndsWith(".razor.cs", StringComparison.Ordinal) && File.ReadAllText(f[..^3]).Contains($"<{texts.Name}>", StringComparison.Ordinal)))
            .Select(File.ReadAllText).ToList();
        var asked = files.SelectMany(f => Keys().Matches(f)).Select(m => m.Groups["key"].Value).ToHashSet(StringComparer.Ordinal);
        var counted = files.SelectMany(f => CountedKeys().Matches(f)).Select(m => m.Groups["key"].Value).ToList();
        var prefixes = files.SelectMany(f => KeyPrefixes().Matches(f)).Select(m => m.Groups["key"].Value).ToList();
        asked.UnionWith(counted.SelectMany(key => new[] { $"{key}.One", $"{key}.Other" }));

        Assert.Empty(asked.Except(known));
        Assert.All(prefixes, prefix => Assert.Contains(known, key => key.StartsWith(prefix, StringComparison.Ordinal)));
        var literals = string.Concat(files);
        string[] unused =
        [
            .. known.Where(key => !asked.Contains(key) && !prefixes.Any(p => key.StartsWith(p, StringComparison.Ordinal))
                && !literals.Contains($"\"{key}\"", StringComparison.Ordinal)),
        ];
        Assert.Empty(unused);
    }

    [Theory]
    [MemberData(nameof(Texts))]
    public void German_says_Nutzer(Type texts)
    {
        Assert.DoesNotContain(Load(texts, "de").Values, text => text.Contains("enutzer", StringComparison.OrdinalIgnoreCase));
    }

    private static Dictionary<string, string> Load(Type texts, string culture) =>
        new ResourceManager(texts).GetResourceSet(CultureInfo.GetCultureInfo(culture), createIfNotExists: true, tryParents: false)!
            .Cast<DictionaryEntry>().ToDictionary(e => (string)e.Key, e => (string?)e.Value ?? "", StringComparer.Ordinal);

    /// <summary>The placeholders of a text.</summary>
    private static IEnumerable<string> Holes(string text) =>
        PlaceHolders().Matches(text).Select(m => m.Value).Distinct().Order(StringComparer.Ordinal);

    [GeneratedRegex(@"\b(T|Texts)\[""(?<key>[^""]+)""")]
    private static partial Regex Keys();

    [GeneratedRegex(@"\bT\.Count\(""(?<key>[^""]+)""")]
    private static partial Regex CountedKeys();

    [GeneratedRegex(@"\bT\[[^\]]*?\$""(?<key>[^""{]+)\{")]
    private static partial Regex KeyPrefixes();

    [GeneratedRegex(@"\{\d+\}")]
    private static partial Regex PlaceHolders();
}
