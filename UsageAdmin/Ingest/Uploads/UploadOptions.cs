using System.ComponentModel.DataAnnotations;

namespace UsageAdmin.Ingest.Uploads;

/// <summary>The settings of section <c>Ingest</c> that are about files sent by browsers.</summary>
public sealed class UploadOptions
{
    public const string Section = "Ingest";

    /// <summary>The largest file that can be uploaded.</summary>
    [Range(1, long.MaxValue)]
    public long MaxUploadBytes { get; init; } = 20_000_000_000;

    /// <summary>How long an upload that does not get on, or that nobody imports, is kept.</summary>
    [Range(typeof(TimeSpan), "00:10:00", "30.00:00:00")]
    public TimeSpan KeepUploadsFor { get; init; } = TimeSpan.FromDays(1);
}
