using System.ComponentModel.DataAnnotations;

namespace UsageAdmin.Usage.Api;

/// <summary>The <c>UsageExports</c> section of appsettings.json: limits of the usage-export API.</summary>
public sealed class UsageExportOptions
{
    public const string Section = "UsageExports";

    /// <summary>Requests that a workspace's keys may send in any 60 seconds; a further one answers 429.</summary>
    [Range(1, 100_000)]
    public int RequestsPerMinute { get; init; } = 500;

    /// <summary>User messages, workflow runs and requests known by their tokens alone that one export may count.</summary>
    [Range(1L, 1_000_000_000L)]
    public long MaxEvents { get; init; } = 1_000_000;

    /// <summary>How long a download link lives.</summary>
    [Range(typeof(TimeSpan), "00:05:00", "1.00:00:00")]
    public TimeSpan LinkLifetime { get; init; } = TimeSpan.FromMinutes(60);
}
