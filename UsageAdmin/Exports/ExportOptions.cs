using System.ComponentModel.DataAnnotations;

namespace UsageAdmin.Exports;

/// <summary>The <c>Exports</c> section of appsettings.json.</summary>
public sealed class ExportOptions
{
    public const string Section = "Exports";

    /// <summary>Downloads that run at the same time, live or of files; a further one answers 429.</summary>
    [Range(1, 1000)]
    public int MaxDownloads { get; init; } = 16;

    /// <summary>Exports in the background that are made at the same time; the rest wait in turn.</summary>
    [Range(1, 100)]
    public int MaxJobs { get; init; } = 4;

    /// <summary>Of them, those of one organisation.</summary>
    [Range(1, 100)]
    public int MaxJobsPerOrganization { get; init; } = 2;

    /// <summary>How long a finished export can be downloaded before its file is deleted.</summary>
    [Range(typeof(TimeSpan), "01:00:00", "365.00:00:00")]
    public TimeSpan KeepFor { get; init; } = TimeSpan.FromDays(7);

    /// <summary>
    /// How long a live download may wait for its reader before the rest goes to a temporary file, so that a slow reader
    /// does not hold the database's snapshot.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00", "01:00:00")]
    public TimeSpan MaxReaderDelay { get; init; } = TimeSpan.FromSeconds(10);
}
