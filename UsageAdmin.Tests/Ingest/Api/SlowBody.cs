using System.IO.Pipelines;
using System.Net.Http.Headers;
using System.Text;

namespace UsageAdmin.Tests.Ingest.Api;

/// <summary>The body of a request that is sent bit by bit.</summary>
internal sealed class SlowBody : IAsyncDisposable
{
    private readonly Pipe _pipe = new(new PipeOptions(pauseWriterThreshold: 0));
    private readonly CancellationTokenSource _gone = new();

    /// <summary>Cancelled when whoever sends it goes away.</summary>
    public CancellationToken Gone => _gone.Token;

    public HttpRequestMessage Request(string path) => new(HttpMethod.Post, path)
    {
        Content = new StreamContent(_pipe.Reader.AsStream())
        {
            Headers = { ContentType = new MediaTypeHeaderValue("application/x-ndjson") },
        },
    };

    public async Task WriteAsync(string text) => await _pipe.Writer.WriteAsync(Encoding.UTF8.GetBytes(text));

    public void End() => _pipe.Writer.Complete();

    public Task GoAwayAsync() => _gone.CancelAsync();

    public ValueTask DisposeAsync()
    {
        _pipe.Writer.Complete();
        _gone.Dispose();
        return ValueTask.CompletedTask;
    }
}
