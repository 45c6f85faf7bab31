using System.Text;
using UsageAdmin.Data;

namespace UsageAdmin.Tests.Data;

public sealed class JsonTextTests
{
    [Theory]
    [InlineData("", 2)]
    [InlineData("plain", 7)]
    [InlineData("Grüße 😀", 14)]
    [InlineData("\"quoted\" \\ back", 20)]
    [InlineData("\b\t\n\f\r", 12)]
    [InlineData("\u0001\u000b\u001f", 20)]
    [InlineData("\u007f</script>\u2028", 15)]
    public void A_texts_length_in_json_counts_only_the_escapes_that_json_needs(string text, long length) =>
        Assert.Equal(length, JsonText.EscapedLength(Encoding.UTF8.GetBytes(text)));
}
