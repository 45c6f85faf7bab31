using System.IO.Pipelines;
using System.Text;
using System.Text.Json;
using UsageAdmin.Data;
using UsageAdmin.Exports;

namespace UsageAdmin.Tests.Exports;

public sealed class JsonOutputTests
{
    [Fact]
    public async Task Text_reads_back_and_takes_the_bytes_that_ingest_counts()
    {
        var random = new Random(20260101);
        string[] pieces = ["a", "\"", "\\", "\n", "\r", "\t", "\b", "\f", "\u0001", "\u001f", "\u007f", "ä", "€", "😀", "\u2028", "</script>", new('x', 70_000)];
        for (var round = 0; round < 300; round++)
        {
            var text = string.Concat(Enumerable.Range(0, random.Next(12)).Select(_ => pieces[random.Next(pieces.Length)]));
            var utf8 = Encoding.UTF8.GetBytes(text);

            var json = await WriteAsync(output => output.Text(utf8.AsSpan()));

            Assert.Equal(text, JsonSerializer.Deserialize<string>(json));
            Assert.Equal(JsonText.EscapedLength(utf8), json.Length);
            Assert.Equal(json, Encoding.UTF8.GetBytes(JsonOutput.Quote(text)));
        }
    }

    [Fact]
    public async Task Instants_are_written_as_dotnet_writes_them()
    {
        var random = new Random(1);
        for (var round = 0; round < 2000; round++)
        {
            var milliseconds = random.NextInt64(-62_135_596_800_000, 253_402_300_799_999);
            var expected = DateTime.UnixEpoch.AddMilliseconds(milliseconds)
                .ToString("yyyy-MM-ddTHH:mm:ss.fffZ", System.Globalization.CultureInfo.InvariantCulture);

            Assert.Equal($"\"{expected}\"", Encoding.UTF8.GetString(await WriteAsync(output => output.Instant(milliseconds))));
        }
    }

    [Fact]
    public async Task Numbers_are_invariant_and_read_back()
    {
        Assert.Equal("0.7", Encoding.UTF8.GetString(await WriteAsync(output => output.Number(0.7))));
        Assert.Equal("1", Encoding.UTF8.GetString(await WriteAsync(output => output.Number(1.0))));
        Assert.Equal("null", Encoding.UTF8.GetString(await WriteAsync(output => output.Number(double.NaN))));
        Assert.Equal("-9223372036854775808", Encoding.UTF8.GetString(await WriteAsync(output => output.Number(long.MinValue))));
    }

    [Fact]
    public async Task Bytes_are_counted_over_blocks_and_flushes()
    {
        var stream = new MemoryStream();
        var output = new JsonOutput(PipeWriter.Create(stream));
        for (var i = 0; i < 5000; i++)
        {
            output.Raw(Encoding.UTF8.GetBytes(new string('x', i % 300)));
            if (output.FlushIsDue)
            {
                await output.FlushAsync(TestContext.Current.CancellationToken);
            }
        }

        await output.FlushAsync(TestContext.Current.CancellationToken);

        Assert.Equal(stream.Length, output.Bytes);
        Assert.Equal(Enumerable.Range(0, 5000).Sum(i => i % 300), output.Bytes);
    }

    private static async Task<byte[]> WriteAsync(Action<JsonOutput> write)
    {
        var stream = new MemoryStream();
        var output = new JsonOutput(PipeWriter.Create(stream));
        write(output);
        await output.FlushAsync(TestContext.Current.CancellationToken);
        return stream.ToArray();
    }
}
