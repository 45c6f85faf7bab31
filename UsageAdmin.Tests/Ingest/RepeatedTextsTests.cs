using System.Text;
using UsageAdmin.Ingest.Ndjson;

namespace UsageAdmin.Tests.Ingest;

public sealed class RepeatedTextsTests
{
    [Fact]
    public void A_text_that_came_before_is_the_same_object()
    {
        var texts = new RepeatedTexts();

        Assert.Same(texts.Get("gpt-4o"u8), texts.Get("gpt-4o"u8));
    }

    [Fact]
    public void Bytes_that_are_no_UTF_8_are_no_text()
    {
        var texts = new RepeatedTexts();

        Assert.Null(texts.Get([0xC3, 0x28]));
        Assert.Null(texts.Get([0xED, 0xA0, 0x80]));
        Assert.Null(texts.Get([.. Enumerable.Repeat((byte)0xFF, 100)]));
        Assert.Equal("", texts.Get([]));
    }

    /// <summary>More texts than there are places, so that each place is taken again and again.</summary>
    [Fact]
    public void Every_text_is_what_the_bytes_say()
    {
        var texts = new RepeatedTexts();
        var random = new Random(1);
        string[] alphabets = ["ab", "0123456789abcdef-", "äöü€😀x", "\u0080\u00FFÿ~"];
        for (var i = 0; i < 50_000; i++)
        {
            var runes = alphabets[random.Next(alphabets.Length)].EnumerateRunes().ToArray();
            var text = string.Concat(Enumerable.Range(0, random.Next(30)).Select(_ => runes[random.Next(runes.Length)].ToString()));

            Assert.Equal(text, texts.Get(Encoding.UTF8.GetBytes(text)));
        }
    }
}
