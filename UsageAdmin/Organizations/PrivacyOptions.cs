using System.ComponentModel.DataAnnotations;

namespace UsageAdmin.Organizations;

/// <summary>The <c>Privacy</c> section of appsettings.json.</summary>
public sealed class PrivacyOptions
{
    public const string Section = "Privacy";

    /// <summary>
    /// Where user-level data is off: apps, categories, models and sections with fewer people than this are shown together, and roles
    /// that fewer people hold are left out (exports.md section 5). 1: nothing is merged.
    /// </summary>
    [Range(1, 1000)]
    public int SmallestGroup { get; init; } = 5;
}
