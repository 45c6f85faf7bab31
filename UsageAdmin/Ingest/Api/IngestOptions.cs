using System.ComponentModel.DataAnnotations;

namespace UsageAdmin.Ingest.Api;

/// <summary>The <c>Ingest</c> section of appsettings.json: limits of what programs send in.</summary>
public sealed class IngestOptions
{
    public const string Section = "Ingest";

    /// <summary>Requests that a workspace's keys may send in any 60 seconds; a further one answers 429.</summary>
    [Range(1, 100_000)]
    public int RequestsPerMinute { get; init; } = 500;

    /// <summary>Bytes that the body of a request may have, both as it is sent and inflated; more answer 413.</summary>
    [Range(1024L, 1L << 40)]
    public long MaxBodyBytes { get; init; } = 1L << 30;

    /// <summary>The same of OTLP requests, which are held in memory.</summary>
    [Range(1024, 1 << 28)]
    public int MaxOtlpBytes { get; init; } = 20 << 20;

    /// <summary>Requests that are taken in at the same time, of one workspace at most half of them; others wait.</summary>
    [Range(1, 64)]
    public int MaxWriters { get; init; } = 8;

    /// <summary>How long a request waits for its turn before it answers 503.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:05:00")]
    public TimeSpan MaxWait { get; init; } = TimeSpan.FromSeconds(10);
}
