using System.Globalization;
using System.Resources;
using UsageAdmin.Data.Schema;
using UsageAdmin.Tests.Support;
using UsageAdmin.Usage;

namespace UsageAdmin.Tests.Usage;

/// <summary>Every column of the five files is explained, in both languages and in the documentation.</summary>
public sealed class UsageWordsTests
{
    private static readonly string[] Document = File.ReadAllLines(Path.Combine(Repository.Root, "docs", "usage-exports.md"));

    public static TheoryData<UsageDataType> Types => [.. UsageDataTypes.All];

    [Theory]
    [MemberData(nameof(Types))]
    public void Every_column_is_explained_in_both_languages(UsageDataType type)
    {
        var texts = new ResourceManager(typeof(UsageTexts));
        foreach (var culture in new[] { CultureInfo.InvariantCulture, CultureInfo.GetCultureInfo("de") })
        {
            var known = texts.GetResourceSet(culture, createIfNotExists: true, tryParents: false)!;

            Assert.All(Columns(type), column => Assert.False(string.IsNullOrEmpty(known.GetString($"File.{column}")), column));
        }
    }

    [Theory]
    [MemberData(nameof(Types))]
    public void Every_column_stands_in_the_documentation_of_its_file(UsageDataType type)
    {
        var chapter = Document.SkipWhile(line => line != $"## {UsageDataTypes.NameOf(type)}").Skip(1)
            .TakeWhile(line => !line.StartsWith("## ", StringComparison.Ordinal))
            .Where(line => line.StartsWith("| `", StringComparison.Ordinal)).Select(line => line.Split('`')[1]).ToList();

        Assert.Equal(Columns(type).Order(StringComparer.Ordinal), chapter.Order(StringComparer.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Types))]
    public void The_columns_that_are_said_to_be_left_out_are_those_that_name_people(UsageDataType type)
    {
        Assert.Equal(
            Columns(type).Except(Columns(type, isIdentified: false)).Order(StringComparer.Ordinal),
            IdentifyingColumns.Of(type).Order(StringComparer.Ordinal));
    }

    private static IEnumerable<string> Columns(UsageDataType type, bool isIdentified = true) =>
        UsageColumns.Of(
            new UsageScope(
                new Organization
                {
                    PublicId = "o",
                    Name = "o",
                    TimeZone = "UTC",
                    UserLevelData = isIdentified,
                    OwnModelKeysEnabled = true,
                },
                new Workspace { PublicId = "w", Name = "w" }, SmallestGroup: 5),
            type, isExtended: true).Select(column => column.Name);
}
