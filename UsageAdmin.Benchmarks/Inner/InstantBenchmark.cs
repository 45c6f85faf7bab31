using System.Globalization;
using System.IO.Pipelines;
using System.Text;
using BenchmarkDotNet.Attributes;
using UsageAdmin.Data;
using UsageAdmin.Exports;

namespace UsageAdmin.Benchmarks.Inner;

/// <summary>Times of messages, milliseconds since 1970, as <c>"2026-01-05T09:00:00.000Z"</c>; per time.</summary>
public class InstantBenchmark
{
    private const string Format = "\\\"yyyy-MM-dd\\THH:mm:ss.fff\\Z\\\"";

    private readonly long[] _times = new long[InnerData.Messages];
    private readonly PipeWriter _nowhere = PipeWriter.Create(Stream.Null);

    [GlobalSetup]
    public void Read()
    {
        using var session = InnerData.Database.OpenRead();
        var row = session.Prepare($"SELECT created_at FROM message LIMIT {InnerData.Messages}");
        for (var i = 0; row.Step(); i++)
        {
            _times[i] = row.Number(0);
        }
    }

    [Benchmark(Baseline = true, OperationsPerInvoke = InnerData.Messages, Description = "DateTime.ToString")]
    public async Task<long> Text()
    {
        var written = 0L;
        foreach (var time in _times)
        {
            written += Encoding.UTF8.GetBytes(UnixMilliseconds.ToUtc(time).ToString(Format, CultureInfo.InvariantCulture), _nowhere);
        }

        await _nowhere.FlushAsync();
        return written;
    }

    [Benchmark(OperationsPerInvoke = InnerData.Messages, Description = "DateTime.TryFormat, UTF-8")]
    public async Task<long> Utf8()
    {
        var written = 0L;
        foreach (var time in _times)
        {
            UnixMilliseconds.ToUtc(time).TryFormat(_nowhere.GetSpan(26), out var bytes, Format, CultureInfo.InvariantCulture);
            _nowhere.Advance(bytes);
            written += bytes;
        }

        await _nowhere.FlushAsync();
        return written;
    }

    [Benchmark(OperationsPerInvoke = InnerData.Messages, Description = "JsonOutput.Instant")]
    public async Task<long> JsonOutput()
    {
        var json = new JsonOutput(_nowhere);
        foreach (var time in _times)
        {
            json.Instant(time);
        }

        await json.FlushAsync(CancellationToken.None);
        return json.Bytes;
    }
}
