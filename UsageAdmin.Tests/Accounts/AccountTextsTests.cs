using System.Collections;
using System.Globalization;
using System.Resources;
using UsageAdmin.Accounts;

namespace UsageAdmin.Tests.Accounts;

public sealed class AccountTextsTests
{
    [Fact]
    public void Every_text_is_there_in_both_languages()
    {
        var resources = new ResourceManager(typeof(AccountTexts));

        Assert.Equal(Keys(resources, CultureInfo.InvariantCulture), Keys(resources, CultureInfo.GetCultureInfo("de")));
    }

    private static IEnumerable<string> Keys(ResourceManager resources, CultureInfo culture) =>
        resources.GetResourceSet(culture, createIfNotExists: true, tryParents: false)!.Cast<DictionaryEntry>()
            .Where(entry => !string.IsNullOrWhiteSpace((string?)entry.Value)).Select(entry => (string)entry.Key)
            .Order(StringComparer.Ordinal);
}
