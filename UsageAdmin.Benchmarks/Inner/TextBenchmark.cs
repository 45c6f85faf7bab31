using System.Buffers;
using System.IO.Pipelines;
using System.Text.Encodings.Web;
using System.Text.Json;
using BenchmarkDotNet.Attributes;
using UsageAdmin.Exports;

namespace UsageAdmin.Benchmarks.Inner;

/// <summary>Texts of messages, UTF-8, into an array of JSON strings; per text.</summary>
public class TextBenchmark
{
    private readonly byte[][] _texts = new byte[InnerData.Messages][];
    private readonly ArrayBufferWriter<byte> _buffer = new(1 << 20);
    private readonly PipeWriter _nowhere = PipeWriter.Create(Stream.Null);

    [GlobalSetup]
    public void Read()
    {
        using var session = InnerData.Database.OpenRead();
        var row = session.Prepare($"SELECT content FROM message WHERE content IS NOT NULL LIMIT {InnerData.Messages}");
        for (var i = 0; row.Step(); i++)
        {
            _texts[i] = row.Utf8(0).ToArray();
        }
    }

    [Benchmark(Baseline = true, OperationsPerInvoke = InnerData.Messages, Description = "Utf8JsonWriter")]
    public long Utf8JsonWriter()
    {
        _buffer.ResetWrittenCount();
        using var json = new Utf8JsonWriter(
            _buffer, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true });
        json.WriteStartArray();
        foreach (var text in _texts)
        {
            json.WriteStringValue(text);
            if (json.BytesPending >= 128 * 1024)
            {
                json.Flush();
                _buffer.ResetWrittenCount();
            }
        }

        json.WriteEndArray();
        json.Flush();
        return json.BytesCommitted;
    }

    [Benchmark(OperationsPerInvoke = InnerData.Messages, Description = "JsonOutput")]
    public async Task<long> JsonOutput()
    {
        var json = new JsonOutput(_nowhere);
        json.Raw("["u8);
        foreach (var text in _texts)
        {
            json.Text(text.AsSpan());
            json.Raw(","u8);
            if (json.FlushIsDue)
            {
                await json.FlushAsync(CancellationToken.None);
            }
        }

        json.Raw("]"u8);
        await json.FlushAsync(CancellationToken.None);
        return json.Bytes;
    }
}
